"""Django settings, read from the home folder of this instance. Nothing is set here that a home says."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from gezhi.config import logs, statics
from gezhi.home import Home, home_path, open_home

HOME: Home = open_home(home_path())

SECRET_KEY = HOME.secret_key
DEBUG = False
ALLOWED_HOSTS = list(HOME.hosts)
LISTENS = os.environ.get("GEZHI_LISTENS", "")  # where `gezhi run` answers; empty behind another server
USE_TZ = True
TIME_ZONE = HOME.timezone
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [os.path.join(os.path.dirname(os.path.dirname(__file__)), "ui", "locale")]  # noqa: PTH118, PTH120
LANGUAGE_COOKIE_NAME = "gezhi_language"
USE_I18N = True
FORMAT_MODULE_PATH: list[str] = []

INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "gezhi.ledger",
    "gezhi.vault",
    "gezhi.places",
    "gezhi.people",
    "gezhi.promises",
    "gezhi.matters",
    "gezhi.notify",
    "gezhi.exchange",
    "gezhi.documents",
    "gezhi.reporting",
    "gezhi.ui",
    "gezhi.portal",
    "gezhi.desk",
    "gezhi.setup",
]
AUTH_USER_MODEL = "people.Account"
ROOT_URLCONF = "gezhi.config.urls"
WSGI_APPLICATION = "gezhi.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = [
    "gezhi.config.middleware.Gate",
    "gezhi.config.statics.Statics",
    "gezhi.config.packing.Packing",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gezhi.config.middleware.People",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "gezhi.config.middleware.straight_to_the_view",
]
SILENCED_SYSTEM_CHECKS = [
    "security.W001",  # the gate says what SecurityMiddleware would,
    "security.W002",  # and X-Frame-Options, with one layer less on every request
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


DISTRICT_NAME = "gezhi.config.naming.district"
MAP_TILES = "gezhi.places.base_map.to_draw"  # what the page frame, which knows no ground, draws maps on


def _postgresql(home: Home) -> dict[str, Any]:
    """One schema an instance: everything, the list of migrations included, lives in it."""
    parts = urlsplit(home.database)
    search = f"-c search_path={home.schema}" if home.schema else ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            "prepare_threshold": 5,
            "server_side_binding": True,
            "options": f"{search} -c jit=off -c random_page_cost=1.1".strip(),
        },
    }


def _sqlite(home: Home) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home.sqlite_file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={home.synchronous};"
            " PRAGMA cache_size=-32768; PRAGMA mmap_size=268435456;",
        },
    }


DATABASES = {"default": _sqlite(HOME) if HOME.database == "sqlite" else _postgresql(HOME)}

if os.environ.get("GEZHI_TESTING") is None:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
else:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("sign_in", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
SESSION_ENGINE = "gezhi.people.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HOME.https
CSRF_COOKIE_SECURE = HOME.https
SESSION_COOKIE_NAME = f"gezhi_session_{HOME.mark}"  # a browser does not tell the ports of one host apart
CSRF_COOKIE_NAME = f"gezhi_csrf_{HOME.mark}"
CSRF_FAILURE_VIEW = "gezhi.config.answers.refuse_forged"
CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HOME.https else None
APPEND_SLASH = False
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.LOGGING
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
STATIC_URL = f"/static/{statics.revision()}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = statics.is_for_ever
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_500  # 200 pasted rows of seven cells
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
