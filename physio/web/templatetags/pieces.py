"""The two smallest pieces of a page, as tags: `{% icon "tick" %}`, `{% severity "act" "Over the line" %}`.

A list has a hundred of them, and an included template costs ten times as much.
"""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=64)
def icon(name: str) -> SafeString:
    """An icon beside words, hidden from screen readers. `name`: a symbol of img/icons.svg."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def severity(kind: str, word: str) -> SafeString:
    """Shape + word + colour. `kind`: "act", "review", "quiet" or "ready", in any case."""
    shape = kind.lower()
    return format_html('<span class="sev {}">{}{}</span>', shape, icon(shape), word)
