"""The table behind Django's cache: counted sign-in attempts, shared by every web process."""

from django.db import models

from physio.web.grants import ALL, Grants


class CacheEntry(models.Model):
    """Columns as `django.core.cache.backends.db` expects them; nothing reads it through the ORM."""

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    grants = Grants(app=ALL, outside="counts sign-in attempts before anyone is known", audited=False)

    def __str__(self) -> str:
        return self.cache_key
