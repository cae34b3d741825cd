"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandung.site.settings")
application = get_wsgi_application()
gc.freeze()  # what is loaded by now stays: searching it for rubbish took a twentieth of each answer
gc.set_threshold(10_000, 20, 50)
