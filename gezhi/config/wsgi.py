"""The door for granian."""

import os

from django.core.wsgi import get_wsgi_application

from gezhi.cli.leash import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.config.settings")
die_with_parent()
application = get_wsgi_application()
