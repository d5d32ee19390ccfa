"""Django's settings, each from the environment (docs/settings.md) and refused by name when it is wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.functional import SimpleLazyObject

from kiemchung.collection.home import default_home
from kiemchung.web.database import database_from
from kiemchung.web.environment import address_from, contact_from, days_from, name_from, networks_from, secret_from
from kiemchung.web.secret_key import secret_key

HERE = Path(__file__).parent
HOME = default_home()
SITE = address_from("KIEMCHUNG_SITE")
LOCAL_PORT = 8000  # of a site without a public address; `serve --port` puts its own here
PROXIES = networks_from("KIEMCHUNG_PROXIES")
METRICS_TOKEN = secret_from("KIEMCHUNG_METRICS_TOKEN")
REQUESTS_KEPT_DAYS = days_from("KIEMCHUNG_REQUESTS_KEPT_DAYS", default=180, least=180, most=3650)  # R20: half a year
DESK_NAME = name_from("KIEMCHUNG_DESK_NAME") or "Kiểm Chứng"
SECURITY_CONTACT = contact_from("KIEMCHUNG_SECURITY_CONTACT")

SECRET_KEY: Any = SimpleLazyObject(lambda: secret_key(HOME))  # made when it is first needed, not when it is named
DATABASES = {"default": database_from(os.environ.get("KIEMCHUNG_DATABASE", ""), HOME)}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "kiemchung.jobs.apps.JobsConfig",
    "kiemchung.desk.apps.DeskConfig",
    "kiemchung.web.apps.WebConfig",
]
AUTH_USER_MODEL = "desk.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEBUG = False
LOGGING_CONFIG = None  # the command decides where its log goes

ROOT_URLCONF = "kiemchung.web.urls"
APPEND_SLASH = False
MIDDLEWARE = [
    "kiemchung.web.security.diary.Diary",
    "kiemchung.web.security.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kiemchung.web.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "kiemchung.web.security.refusals.Refusals",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kiemchung.web.staff.gate.Gate",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Hosts and cookies follow from the public address alone: what a request says of itself is not believed.
ALLOWED_HOSTS = [*([SITE.host] if SITE.is_public else []), "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE.origin] if SITE.is_public else []
_PREFIX = "__Host-" if SITE.is_public else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME, NOTICES_COOKIE_NAME = (
    f"{_PREFIX}session",
    f"{_PREFIX}csrf",
    f"{_PREFIX}language",
    f"{_PREFIX}notices",
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SITE.is_public
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SECURE_SSL_REDIRECT = SITE.is_public  # the door marks every request of a public site as secure; the proxy redirects
# Not `no-referrer`: browsers then send `Origin: null` with forms, which the check against forged requests refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SITE.is_public else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE.is_public
CSRF_FAILURE_VIEW = "kiemchung.web.errors.csrf_failure"
MESSAGE_STORAGE = "kiemchung.web.notices.Notices"

# Signing in: a user name and a long password, then a second factor. Tries are counted by us (staff/signing_in).
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kiemchung.web.staff.signing_in.passwords.NotGuessedEasily"},
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "/desk/", "/"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # of the links that administrators hand over
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SERIALIZER = "kiemchung.desk.sealing.SealedJson"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
ACCOUNT_ADAPTER = "kiemchung.web.staff.signing_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_TIMEOUT = 10 * 60
MFA_ADAPTER = "kiemchung.web.staff.signing_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are a few seconds off
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE.is_public  # a browser on this machine, over http
ACCOUNT_FORMS = {
    "login": "kiemchung.web.staff.signing_in.forms.SignInForm",
    "reauthenticate": "kiemchung.web.staff.signing_in.forms.PasswordAgainForm",
    "change_password": "kiemchung.web.staff.signing_in.forms.NewPasswordForm",
}
MFA_FORMS = {
    "activate_totp": "kiemchung.web.staff.signing_in.forms.ApplicationForm",
    "add_webauthn": "kiemchung.web.staff.signing_in.forms.PasskeyForm",
    "authenticate": "kiemchung.web.staff.signing_in.codes.CodeForm",
    "reauthenticate": "kiemchung.web.staff.signing_in.codes.CodeAgainForm",
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
FORMAT_MODULE_PATH = "kiemchung.web.formats"
LOCALE_PATHS = [HERE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"  # of pages; the record is in UTC

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kiemchung.web.static_files.HashedNames"},
}

# Of a body without files; a view that takes more says so (security/bodies.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
