"""What each measured figure means, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Said:
    """The words of one figure; `is_error`: it counts what went wrong, else what was found."""

    id: str
    is_error: bool
    name: str | Promise
    meaning: str | Promise


_TEXT = (
    Said(
        "text_wrong",
        True,
        _("Wrong answers without a person"),
        _(
            "Of the answers that the machine gave by itself, how many were about another claim. 400 Vietnamese "
            "messages as people type them: without marks, shortened, as questions, with slips. The limit was "
            "chosen on these messages; each was judged by a model that had not seen its review."
        ),
    ),
    Said(
        "text_wrong_crowded",
        True,
        _("The same, among thousands of other claims"),
        _(
            "The more reviews there are, the more of them are alike. The same messages, with thousands of other "
            "claims around."
        ),
    ),
    Said(
        "text_wrong_hard",
        True,
        _("The same, where nearly every message is a trap"),
        _(
            "Messages that were written to mislead the machine: many differ from a checked claim in a single "
            "word, on purpose; typed without marks. Where people ask such things it is often wrong, so it says "
            "why it answers."
        ),
    ),
    Said(
        "text_wrong_seen",
        True,
        _("The same with the model that runs here"),
        _("It was fitted on these very messages, so this shows only that it works."),
    ),
    Said(
        "text_near",
        True,
        _("Near misses taken for the same"),
        _("Messages close to a checked claim that are about something else: how many got its review as the answer."),
    ),
    Said(
        "text_near_hard",
        True,
        _("Near misses taken for the same, one word apart"),
        _("The traps among the messages that were written to mislead the machine."),
    ),
    Said(
        "text_answered",
        False,
        _("Answered at once"),
        _(
            "Of messages whose review is there, how many got it at once. The others were shown reviews that may "
            "fit, or wait for a person."
        ),
    ),
    Said(
        "text_sure_elsewhere",
        False,
        _("Right where it is surest, on news"),
        _(
            "Sentences about news (ViFactCheck), half of them without a review among the 6,648 that are there: of"
            " those to which it gave a probability of 0.9 or more, how many got their own. It answers by itself "
            "only from a higher probability; but where many claims are nearly alike it errs more often."
        ),
    ),
)
_LOOKALIKES = (
    Said(
        "lookalike_found",
        False,
        _("False addresses found"),
        _("Addresses of Vietnamese scams that imitate an organisation. The model was fitted on them, which flatters."),
    ),
    Said(
        "lookalike_found_abroad",
        False,
        _("False addresses found, Japanese"),
        _("Addresses that imitate Japanese organisations: the model has never seen them."),
    ),
    Said(
        "lookalike_names_found",
        False,
        _("False names found"),
        _("Names of pages, accounts and senders that pose as a Vietnamese organisation."),
    ),
    Said(
        "lookalike_false_popular",
        True,
        _("False warnings, well-known addresses"),
        _("Innocent addresses among the most visited in the world: how many were warned of."),
    ),
    Said(
        "lookalike_false_vn",
        True,
        _("False warnings, Vietnamese addresses"),
        _("Innocent addresses that end in .vn."),
    ),
    Said(
        "lookalike_false_hard",
        True,
        _("False warnings, the hardest addresses"),
        _(
            "Innocent addresses that happen to have the name of an organisation in them. Here it often warns for "
            "nothing."
        ),
    ),
    Said(
        "lookalike_false_mention",
        True,
        _("False warnings, mentions"),
        _("Names that only speak of an organisation, such as news about it."),
    ),
)
_PICTURES = (
    Said(
        "picture_found",
        False,
        _("Checked pictures found again"),
        _("100 pictures changed in twenty ways: cut, mirrored, with text, as a screenshot, in a collage."),
    ),
    Said(
        "picture_false_stranger",
        True,
        _("Pictures taken for one with which they have nothing in common"),
        _("Pictures from other sources than those that are known."),
    ),
    Said(
        "picture_named_stranger",
        True,
        _("Unknown pictures for which a known one was named"),
        _("Most of them show the same thing, or are the same photograph after all; a person looked at each."),
    ),
    Said(
        "picture_false_kin",
        True,
        _("The same among pictures of one hand"),
        _("Pictures that share things with known ones: a tile of one sky, a penguin in two icons."),
    ),
    Said(
        "picture_false_card",
        True,
        _("Cards of one layout taken for each other"),
        _("Pictures with words that differ in the words alone."),
    ),
    Said(
        "screenshot_read",
        False,
        _("Screenshots read without a fault"),
        _("Vietnamese messages on the screen of a telephone, every sign right."),
    ),
    Said(
        "screenshot_wrong",
        True,
        _("Wrong answers to screenshots"),
        _("Of the answers that the machine gave by itself to a screenshot, how many were about another claim."),
    ),
)
_SOUND = (
    Said(
        "sound_found",
        False,
        _("Checked sound found again"),
        _("Clips of ten seconds, somewhere in recordings of 88 hours."),
    ),
    Said(
        "sound_found_worst",
        False,
        _("Checked sound found again, at its worst"),
        _("Clips of five seconds, compressed as hard as a call."),
    ),
    Said(
        "sound_false",
        True,
        _("Unknown recordings for which a known one was named"),
        _("Recordings of music, voices and noises of which no part is known."),
    ),
    Said(
        "video_found",
        False,
        _("Checked videos found again"),
        _("Clips of five seconds from eight films, changed in eight ways. Few films: more would find more faults."),
    ),
    Said(
        "video_false",
        True,
        _("Unknown videos for which a known one was named"),
        _("Clips of other films, changed in the same ways."),
    ),
)
GROUPS = (
    (_("Messages"), _TEXT),
    (_("False addresses and names"), _LOOKALIKES),
    (_("Pictures"), _PICTURES),
    (_("Sound and video"), _SOUND),
)
