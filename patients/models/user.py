"""A person who signs in. Lives outside the clinics: sign-in does not know the clinic yet."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from patients.models.keys import uuid7
from physio.web.grants import KEEP, Grants


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, *, date_joined: datetime, **fields: Any
    ) -> "User":
        """Without a password the account can only sign in by a typed code."""
        user = self.model(email=email.strip().lower(), date_joined=date_joined, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()
    single_keys = models.BooleanField(
        default=True, db_default=True, help_text="on the clinic's pages, j and k and the like"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    grants = Grants(
        app=KEEP,
        outside="sign-in happens before the clinic is known; the worker has no access at all",
        unaudited_columns=("last_login", "single_keys"),
        hidden_columns=("email", "password"),
    )

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="patients_user_email_unique")]

    def __str__(self) -> str:
        return f"User {self.id}"
