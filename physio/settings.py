"""One settings file: every value from the environment or a safe default.

`PLIMSOLL_ENV=development` is what `make run` and the tests set; everything else is production, which has
no default secrets and no plain-text cookies.
"""

from pathlib import Path

from csp.constants import NONE, SELF

from physio.env import Environment

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT = env.text("PLIMSOLL_ENV", "production") == "development"
DEBUG = DEVELOPMENT and env.flag("PLIMSOLL_DEBUG", default=False)
SECRET_KEY = env.secret("PLIMSOLL_SECRET_KEY", development="development-only" if DEVELOPMENT else None)
BASE_URL = env.text("PLIMSOLL_BASE_URL", "http://localhost:8000" if DEVELOPMENT else None).rstrip("/")
ALLOWED_HOSTS = env.words("PLIMSOLL_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEVELOPMENT else "")
CSRF_TRUSTED_ORIGINS = [] if DEVELOPMENT else [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "physio.web",
    "patients",
    "assessments",
    "rehab",
]

MIDDLEWARE = [
    "physio.web.metrics.RequestTimes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "physio.web.headers.SecurityHeaders",
    "physio.web.tenancy.RequestTransaction",  # holds the view, its rendering and the guard's writes
    "patients.views.language.AccountLanguage",  # after the browser's wish, the account's
    "patients.views.session_guard.SessionGuard",  # knows the membership by now; no query of its own
]

# What `physio.web` asks of the apps above it, which it may not import.
TENANCY_RESOLVER = "patients.queries.places.resolve"
ACCESS_EVENT_WRITER = "patients.actions.access.record"
SECOND_FACTOR = "patients.views.session_guard.passed_second_factor"
SECOND_FACTOR_SETUP_URL = "mfa_index"

ROOT_URLCONF = "physio.urls"
WSGI_APPLICATION = "physio.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["physio.web.templatetags.pieces"],
        },
    }
]

# The app role is unprivileged: migrations run as the owner, by giving them another DATABASE_URL.
DATABASES = {
    "default": env.postgres(
        "DATABASE_URL", "postgresql://plimsoll_app@/plimsoll?host=/nonexistent" if DEVELOPMENT else None
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "patients.User"
AUTHENTICATION_BACKENDS = ["patients.views.visitor.VisitorBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},  # of 20,000 leaked ones
    {"NAME": "physio.web.passwords.NotAWordOfOurs"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_out"

# Limits on guessing count in a table, so that every web process counts in the same place.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "patients_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "patients.views.visitor"
SESSION_COOKIE_AGE = 31 * 24 * 3600  # longer than patients/views/session_guard.py lets any session live

# Sign-in (docs/security-model.md): an e-mail address, no sign-up; nothing tells whether an address is known.
ACCOUNT_ADAPTER = "patients.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = "patients.adapter.display"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True  # a link would be opened by mail scanners, and elsewhere
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT
ACCOUNT_PASSWORD_RESET_BY_CODE_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT
ACCOUNT_SESSION_REMEMBER = False  # a password is staff's: the cookie goes with the browser
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "30/10m/ip,100/d/key",  # key: the address, against a mailbox that is flooded
    "codes_from_place": "4/10m/key,20/d/key",  # key: the address and the place that asks
    "password_codes": "30/10m/ip,100/d/key",  # as for the first, of forgotten passwords
    "reset_password": "",  # allauth's own would count by the address alone
}
ACCOUNT_FORMS = {
    "login": "patients.forms.sign_in.PasswordForm",
    "request_login_code": "patients.forms.sign_in.AskForCodeForm",
    "confirm_login_code": "patients.forms.sign_in.CodeForm",
    "reauthenticate": "patients.forms.sign_in.PasswordAgainForm",
    "reset_password": "patients.forms.sign_in.ForgottenForm",
    "confirm_password_reset_code": "patients.forms.sign_in.ForgottenCodeForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("PLIMSOLL_PROXY_COUNT", 0 if DEVELOPMENT else 1, low=0, high=5)
MFA_ADAPTER = "patients.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # the clinic typed the address; a typed code or the clinic's owner has proven it
)
MFA_TOTP_ISSUER = "Plimsoll"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey asks for its PIN or finger: two factors in one
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
MFA_FORMS = {
    "authenticate": "patients.forms.sign_in.SecondFactorForm",
    "reauthenticate": "patients.forms.sign_in.SecondFactorAgainForm",
    "activate_totp": "patients.forms.sign_in.SetUpAppForm",
}
DEVELOPMENT_MAIL_DIR = env.text("PLIMSOLL_MAIL_DIR", "") if DEVELOPMENT else ""

# Celery: UTC ticks, no results, short idempotent tasks; the truth is in rows.
CELERY_BROKER_URL = env.text("BROKER_URL", "redis://localhost:6379/0")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # longer than the task time limit, or a task runs twice
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}

# Ticks only: what is due stands in rows, and a tick that waited too long is dropped for the next one.
TICK_SECONDS = env.number("PLIMSOLL_TICK_SECONDS", 5, low=1, high=60)
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": 3 * seconds}}
    for task, seconds in (
        ("rehab.sweep", TICK_SECONDS),
        ("rehab.deliver_mail", TICK_SECONDS),
        ("rehab.tell_urgent", TICK_SECONDS),
        ("rehab.reevaluate", TICK_SECONDS),
        ("rehab.prepare_weekly", 12 * TICK_SECONDS),
        ("rehab.prepare_reminders", 12 * TICK_SECONDS),
        ("rehab.ping_deadman", 12 * TICK_SECONDS),
        ("rehab.seal_audit", 12 * TICK_SECONDS),
        ("rehab.forget_old", 720 * TICK_SECONDS),
    )
}

# Watching the watchers (docs/operations.md): for monitors with this word, and a ping to somebody outside.
MONITOR_TOKEN = env.text("PLIMSOLL_MONITOR_TOKEN", "")
DEADMAN_URL = env.address("PLIMSOLL_DEADMAN_URL")
# A folder outside the database, best on another machine: the audit's anchors (docs/operations.md).
LEDGER = env.text("PLIMSOLL_LEDGER", "")

EMAIL_HOST = env.text("SMTP_HOST", "localhost")
EMAIL_PORT = env.number("SMTP_PORT", 1025 if DEVELOPMENT else 587, low=1, high=65535)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("SMTP_TLS", default=not DEVELOPMENT)
EMAIL_TIMEOUT = 5
MAILS_PER_DOMAIN_AND_MINUTE = env.number(
    "MAILS_PER_DOMAIN_AND_MINUTE", 300, low=0, high=100_000
)  # 0: no limit
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Plimsoll <no-reply@plimsoll.example>")

# Web push is offered when both keys are there (docs/operations.md). Messages go to these services only.
PUSH_PRIVATE_KEY = env.text("PLIMSOLL_PUSH_PRIVATE_KEY", "")
PUSH_PUBLIC_KEY = env.text("PLIMSOLL_PUSH_PUBLIC_KEY", "")
PUSH_CONTACT = env.text("PLIMSOLL_PUSH_CONTACT", "mailto:push@plimsoll.example")
PUSH_SERVICES = env.words(
    "PLIMSOLL_PUSH_SERVICES",
    "fcm.googleapis.com,.push.services.mozilla.com,.push.apple.com,.notify.windows.com",
)

LANGUAGE_CODE = "en-gb"
# Offered beside English: in production only those that a clinician has read (docs/hazard-log.md, H21).
_OFFERED = env.words("PLIMSOLL_LANGUAGES", "de,ar" if DEVELOPMENT else "")
LANGUAGES = [
    ("en-gb", "English"),
    *((code, name) for code, name in (("de", "Deutsch"), ("ar", "العربية")) if code in _OFFERED),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = (
    DEVELOPMENT  # production collects the files when it is built
)

# A browser takes a name with this prefix from this very host only, over TLS only.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (
    ("sessionid", "csrftoken") if DEVELOPMENT else ("__Host-sessionid", "__Host-csrftoken")
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = not DEVELOPMENT and env.flag("PLIMSOLL_TLS_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/$"]  # asked from inside the network, in plain text
SECURE_PROXY_SSL_HEADER = None if DEVELOPMENT else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEVELOPMENT
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ids": {"()": "physio.web.logs.IdsOnly"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ids"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "celery": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "celery.worker.strategy": {"level": "WARNING"},  # a line a tick says nothing
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "INFO"},
    },
}
