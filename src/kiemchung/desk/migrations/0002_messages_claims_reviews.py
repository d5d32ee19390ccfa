"""The tables of messages, claims, reviews and the searchable record."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kiemchung.jobs.clock
from kiemchung.desk.append_only import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_begin"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShelfState",
            fields=[
                (
                    "shelf",
                    models.CharField(
                        choices=[("reviews", "Reviews"), ("claims", "Claims")],
                        max_length=10,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("last_change", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement", models.TextField()),
                ("lang", models.CharField(blank=True, max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("published", "Published"),
                            ("declined", "Declined"),
                            ("dismissed", "Dismissed"),
                            ("merged", "Merged"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("content_key", models.CharField(max_length=64)),
                (
                    "selection",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("harm", "Harm"),
                            ("reach", "Reach"),
                            ("requests", "Requests"),
                            ("checkability", "Checkability"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "declined_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("opinion", "Opinion"),
                            ("not_checkable", "Not Checkable"),
                            ("no_evidence_reachable", "No Evidence Reachable"),
                            ("private_matter", "Private Matter"),
                            ("too_small", "Too Small"),
                        ],
                        max_length=30,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "lease_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="merged", to="desk.claim"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClaimEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("merged", "Merged"),
                            ("split", "Split"),
                            ("restated", "Restated"),
                            ("dismissed", "Dismissed"),
                            ("declined", "Declined"),
                            ("reopened", "Reopened"),
                            ("selected", "Selected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
                ("batch", models.CharField(blank=True, max_length=32)),
                ("happened_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="desk.claim"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClaimResemblance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("probability", models.FloatField()),
                ("is_refused", models.BooleanField(default=False)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="resemblances", to="desk.claim"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.claim"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("claim_reviewed", models.TextField()),
                ("title", models.CharField(max_length=200)),
                (
                    "rating",
                    models.CharField(
                        choices=[
                            ("true", "true"),
                            ("mostly_true", "mostly_true"),
                            ("mixed", "mixed"),
                            ("missing_context", "missing_context"),
                            ("false", "false"),
                            ("scam", "scam"),
                            ("satire", "satire"),
                            ("unproven", "unproven"),
                        ],
                        max_length=20,
                    ),
                ),
                ("summary", models.TextField()),
                ("body", models.TextField()),
                ("lang", models.CharField(default="vi", max_length=12)),
                ("appearance", models.TextField(blank=True)),
                ("said_in_office", models.CharField(blank=True, max_length=200)),
                ("search_described", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("writing", "Writing"), ("submitted", "Submitted")], default="writing", max_length=10
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("correction_reason", models.TextField(blank=True)),
                ("is_withdrawal", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draft", to="desk.claim"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("writers", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300)),
                ("url", models.TextField(blank=True)),
                ("archived_at_url", models.TextField(blank=True)),
                ("quotation", models.TextField(blank=True)),
                ("is_primary", models.BooleanField(default=False)),
                ("accessed_on", models.DateField()),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("stored_as", models.CharField(blank=True, max_length=64)),
                ("media_type", models.CharField(blank=True, max_length=60)),
                ("is_withheld", models.BooleanField(default=False)),
                ("withheld_because", models.CharField(blank=True, max_length=300)),
                ("added_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="desk.claim"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("text", "Text"), ("picture", "Picture"), ("sound", "Sound"), ("video", "Video")],
                        default="text",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("lang", models.CharField(blank=True, max_length=12)),
                ("channel", models.CharField(max_length=20)),
                ("channel_ref", models.CharField(max_length=120)),
                ("ticket_digest", models.CharField(max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("answered", "Answered"),
                            ("open", "Open"),
                            ("dismissed", "Dismissed"),
                            ("deleted", "Deleted"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("lookalikes", models.JSONField(default=list)),
                ("received_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="desk.claim"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("review_ref", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[("matched", "Matched"), ("checked", "Checked"), ("corrected", "Corrected")],
                        max_length=10,
                    ),
                ),
                ("probability", models.FloatField(null=True)),
                ("reasons", models.JSONField(default=list)),
                ("answered_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                ("is_helpful", models.BooleanField(null=True)),
                (
                    "unhelpful_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("other_claim", "Other Claim"),
                            ("unclear", "Unclear"),
                            ("outdated", "Outdated"),
                            ("not_convinced", "Not Convinced"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="desk.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MessageFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stored_as", models.CharField(max_length=64, unique=True)),
                ("bytes", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("words", models.TextField(blank=True)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="file", to="desk.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="desk.claim"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("about", "About"),
                            ("funding", "Funding"),
                            ("people", "People"),
                            ("contact", "Contact"),
                            ("method", "Method"),
                            ("corrections", "Corrections"),
                            ("independence", "Independence"),
                        ],
                        max_length=15,
                    ),
                ),
                ("lang", models.CharField(max_length=12)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("published_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=90, unique=True)),
                ("first_published_at", models.DateTimeField()),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="review", to="desk.claim"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("correction", "Correction"), ("dispute", "Dispute")], max_length=10),
                ),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("source_url", models.TextField(blank=True)),
                ("ticket_digest", models.CharField(max_length=64, unique=True)),
                ("received_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "Corrected"),
                            ("clarified", "Clarified"),
                            ("withdrawn", "Withdrawn"),
                            ("upheld", "Upheld"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reply", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="desk.review"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("claim_reviewed", models.TextField()),
                ("title", models.CharField(max_length=200)),
                (
                    "rating",
                    models.CharField(
                        choices=[
                            ("true", "true"),
                            ("mostly_true", "mostly_true"),
                            ("mixed", "mixed"),
                            ("missing_context", "missing_context"),
                            ("false", "false"),
                            ("scam", "scam"),
                            ("satire", "satire"),
                            ("unproven", "unproven"),
                        ],
                        max_length=20,
                    ),
                ),
                ("summary", models.TextField()),
                ("body", models.TextField()),
                ("lang", models.CharField(default="vi", max_length=12)),
                ("appearance", models.TextField(blank=True)),
                ("said_in_office", models.CharField(blank=True, max_length=200)),
                ("search_described", models.TextField(blank=True)),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("first", "First"), ("correction", "Correction"), ("withdrawal", "Withdrawal")],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("evidence", models.JSONField(default=list)),
                ("method_version", models.PositiveIntegerField()),
                ("selection", models.CharField(max_length=20)),
                ("published_at", models.DateTimeField()),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="desk.review"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="ShelfCommit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shelf", models.CharField(choices=[("reviews", "Reviews"), ("claims", "Claims")], max_length=10)),
                ("change", models.BigIntegerField()),
                ("mark", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("shelf", "change"), name="one_mark_a_commit")],
            },
        ),
        migrations.CreateModel(
            name="Shelved",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shelf", models.CharField(choices=[("reviews", "Reviews"), ("claims", "Claims")], max_length=10)),
                ("ref", models.TextField()),
                ("change", models.BigIntegerField()),
                ("is_removed", models.BooleanField(default=False)),
                ("claim", models.TextField()),
                ("title", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("rating_published", models.TextField(blank=True)),
                ("rating_mapped", models.CharField(max_length=20, null=True)),
                ("rating_basis", models.CharField(default="none", max_length=10)),
                ("url", models.TextField(blank=True)),
                ("publisher", models.TextField(blank=True)),
                ("publisher_url", models.TextField(blank=True)),
                ("date", models.CharField(blank=True, max_length=40)),
                ("lang", models.CharField(blank=True, max_length=40)),
                ("appearances", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shelf", "ref"), name="a_ref_once_a_shelf"),
                    models.UniqueConstraint(fields=("shelf", "change"), name="a_change_once_a_shelf"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShelvedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                (
                    "shelved",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="addresses", to="desk.shelved"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("review_ref", models.TextField()),
                ("rank", models.PositiveSmallIntegerField()),
                ("probability", models.FloatField()),
                ("reasons", models.JSONField(default=list)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="suggestions", to="desk.message"
                    ),
                ),
            ],
            options={
                "ordering": ("rank",),
            },
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["state", "opened_at"], name="claims_by_state"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("content_key",), name="one_open_claim_for_the_same_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", None), ("state", "merged"), _connector="OR"),
                name="only_merged_claims_lead_to_another",
            ),
        ),
        migrations.AddIndex(
            model_name="claimevent",
            index=models.Index(
                condition=models.Q(("batch", ""), _negated=True), fields=["batch"], name="deeds_of_a_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimresemblance",
            constraint=models.UniqueConstraint(fields=("claim", "other"), name="a_resemblance_once"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_withheld", False), models.Q(("withheld_because", ""), _negated=True), _connector="OR"
                ),
                name="withheld_evidence_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["expires_at"], name="messages_by_expiry"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["claim", "received_at"], name="messages_of_a_claim"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["received_at"], name="messages_by_day"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("channel", "channel_ref"), name="one_message_a_delivery"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["review_ref", "message"], name="answers_of_a_review"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("message", "review_ref", "version"), name="each_version_once_a_message"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("unhelpful_reason", ""), ("is_helpful", False), _connector="OR"),
                name="reasons_only_for_unhelpful_answers",
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.UniqueConstraint(fields=("kind", "lang", "number"), name="each_page_has_its_number"),
        ),
        migrations.AddIndex(
            model_name="reviewrequest",
            index=models.Index(condition=models.Q(("outcome", "")), fields=["due_at"], name="requests_to_be_answered"),
        ),
        migrations.AddConstraint(
            model_name="reviewrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("outcome", "")),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("reply", ""), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_decision_has_a_person_and_reasons",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewversion",
            index=models.Index(fields=["-published_at"], name="versions_newest_first"),
        ),
        migrations.AddConstraint(
            model_name="reviewversion",
            constraint=models.UniqueConstraint(fields=("review", "number"), name="each_version_has_its_number"),
        ),
        migrations.AddConstraint(
            model_name="reviewversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("written_by", models.F("published_by")), _negated=True), name="two_people_publish"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "first"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="a_change_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="shelvedaddress",
            index=models.Index(fields=["number"], name="reviews_at_an_address"),
        ),
        migrations.RunPython(protect("desk_reviewversion"), unprotect("desk_reviewversion")),
        migrations.RunPython(protect("desk_page"), unprotect("desk_page")),
    ]
