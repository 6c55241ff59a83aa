"""`{{ answer.because|said }}`: what the rules said, in the reader's language."""

from django import template

from rehab.queries.translated import translated

register = template.Library()
register.filter("said", translated)
