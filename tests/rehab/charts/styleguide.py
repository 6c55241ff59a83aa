"""The context of templates/styleguide.html: invented rows, both forms of every component, every chart."""

from types import SimpleNamespace as Row

from django import forms
from django.core.paginator import Paginator

from rehab.charts import (
    case_chart,
    case_chart_mid,
    case_chart_narrow,
    chart_legend,
    chart_table,
    set_strip,
    sparkline,
)
from tests.rehab.charts import examples


class ExampleForm(forms.Form):
    """One field of each kind; validated empty, so that every error state shows."""

    name = forms.CharField(label="Name", help_text="As the clinic knows them.")
    email = forms.EmailField(label="E-mail")
    born = forms.DateField(label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=300)
    surface = forms.ChoiceField(
        label="Ground", choices=[("FLAT", "Flat"), ("HILLS", "Hills")], required=False
    )
    findings = forms.MultipleChoiceField(
        label="Any of these?",
        choices=[("SWELLING", "Swelling"), ("BRUISING", "Bruising")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="I have told the runner")


def context() -> dict[str, object]:
    one, two = examples.one_side(), examples.two_sides()
    return {
        "groups": groups(),
        "charts": {
            "wide": case_chart(one),
            "mid": case_chart_mid(one),
            "narrow": case_chart_narrow(one),
            "legend": chart_legend(),
            "table": chart_table(one),
            "wide_two": case_chart(two, key="both"),
            "mid_two": case_chart_mid(two, key="both"),
            "narrow_two": case_chart_narrow(two, key="both"),
            "empty": case_chart_narrow(examples.nothing(), key="empty"),
        },
        "criteria": [
            Row(met=False, text="No pain rise over several days", detail="up since Fri"),
            Row(met=None, text="Every run settled in 24 h", detail="one check not answered"),
            Row(met=True, text="Two weeks at this stage", detail="19 days"),
        ],
        "tender_cm": 4.5,
        "one_error": ["Say yes or no."],
        "sides": [("LEFT", "Left"), ("RIGHT", "Right"), ("BOTH", "Both")],
        "form": ExampleForm({"name": ""}),
        "page": Paginator(range(60), 20).page(2),
        "talk": [
            Row(author="Priya", text="It was a windy day.", at="Fri 20 Nov, 18:02", mine=False),
            Row(author="You", text="Thanks, noted.", at="Fri 20 Nov, 18:40", mine=True),
        ],
    }


def groups() -> list[Row]:
    flag = "Red flag"
    line = "Friday’s run reached 5/10 and was still up the next morning"
    act = [
        row(
            "marta",
            "Marta Kowalczyk",
            "ACT",
            flag,
            "Heard a pop on a run; can’t rise on her toes",
            9,
            red=True,
        ),
        row("priya", "Priya Nair", "ACT", "Over the line", line, 4, on=True),
        row("tom", "Tom Whitlock", "ACT", "Getting worse", "Three runs in a row worse: 2, 3, 4", 4),
    ]
    slow = row("dev", "Dev Chaudhary", "REVIEW", "Slow to settle", "Two of four runs took more than 24 h", 2)
    joel = row("joel", "Joel Adeyemi", "QUIET", "Gone quiet", "No report for 7 days", 1)
    ruth = row(
        "ruth", "Ruth Feldman", "READY", "Ready for stage 5", "14 days at 2/10 or less, six runs settled", 0
    )
    return [
        Row(title="Act today", count=3, rows=act),
        Row(title="Review this week", count=1, rows=[slow]),
        Row(title="Gone quiet", count=1, rows=[joel]),
        Row(title="Ready to progress", count=1, rows=[ruth]),
    ]


def row(
    key: str, name: str, kind: str, word: str, reason: str, pain: int, *, red: bool = False, on: bool = False
) -> Row:
    trace = [*examples.LEFT[28 + len(name) : 55 + len(name)], pain]
    return Row(
        id=key,
        name=name,
        about="34 · left, mid-portion",
        kind=kind,
        word=word,
        reason=reason,
        stage="4 30–35 min",
        week="wk 8",
        spark=sparkline(trace),
        pain=pain,
        over=pain >= 3,
        strip=set_strip(examples.sets()[-14:]),
        when="2 h ago",
        action="Call now" if red else "Acknowledge",
        red=red,
        on=on,
    )
