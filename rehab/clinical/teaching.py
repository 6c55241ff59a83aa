"""What My plan tells a runner: why this programme, what pain is fine, what helps. Each claim is referenced.

Only studies that were read are quoted, and none of them as a promise.
"""

from dataclasses import dataclass

from assessments.clinical.classification import Protocol, TendinopathyType

PAIN_IN_EXERCISE = (
    "Some pain while you do the heel exercises is expected, and it does not mean damage. "
    "Stop the set if it reaches {severe} out of 10, and do less next time."
)
PAIN_IN_RUNNING = (
    "On a run the line is lower: at {stop} out of 10 your plan says stop. "
    "A day later it should be back to your usual."
)
MISTAKES = (
    "Going too fast. The slow way down is the exercise.",
    "Doing all sets at once from the first day.",
    "Stopping when it feels better, often after about six weeks. The programme is {weeks} weeks long.",
)
BENT_KNEE = "Leaving out the bent knee. Both kinds count."


@dataclass(frozen=True, slots=True)
class Claim:
    says: str
    reference: str


_LOADING = Claim(
    "Slow lowering was first reported for a small group of people with long-standing Achilles pain. "
    "It was not a randomised trial, and not everybody gets better with it.",
    "Alfredson 1998, Am J Sports Med; Malliaras 2013",
)
_FLAT = Claim(
    "When the tendon is sore where it joins the heel bone, staying on the flat spares it from being pressed "
    "against the bone. A pilot study and a later randomised trial support that.",
    "Jonsson 2008, Br J Sports Med; Pringels 2025, Br J Sports Med",
)
_HEAVY = Claim(
    "Heavy slow training and slow lowering did equally well after 12 and after 52 weeks in a trial.",
    "Beyer 2015, Am J Sports Med",
)
_HOLDS = Claim(
    "Holding still does not ease the pain at once for most people, and does no harm.",
    "van der Vlist 2020; O’Neill 2018",
)
WHY: dict[Protocol, Claim] = {
    Protocol.STEP: _LOADING,
    Protocol.MAINTENANCE: _LOADING,
    Protocol.FLAT: _FLAT,
    Protocol.MAINTENANCE_FLAT: _FLAT,
    Protocol.HEAVY_SLOW: _HEAVY,
    Protocol.ISOMETRIC: _HOLDS,
}
# Why not another: what the study says of the programme that was not chosen.
_NOT_FLAT = Claim(
    "The flat version was tried for tendons that are sore where they join the heel bone. Yours is sore"
    " higher up.",
    "Jonsson 2008, Br J Sports Med",
)
_NOT_STEP = Claim(
    "Going below a step presses the tendon on the heel bone. Exercises that avoid that did better in a trial"
    " with people who are sore there.",
    "Pringels 2025, Br J Sports Med",
)
_NOT_ONLY = Claim(
    "Other ways of loading the calf did as well in trials. What counts is to load it, slowly and for weeks.",
    "Beyer 2015, Am J Sports Med; Habets 2021, Orthop J Sports Med",
)
WHY_NOT: dict[Protocol, tuple[Claim, ...]] = {
    Protocol.STEP: (_NOT_FLAT, _NOT_ONLY),
    Protocol.MAINTENANCE: (_NOT_FLAT,),
    Protocol.FLAT: (_NOT_STEP,),
    Protocol.MAINTENANCE_FLAT: (_NOT_STEP,),
    Protocol.HEAVY_SLOW: (_NOT_ONLY,),
    Protocol.SILBERNAGEL: (_NOT_ONLY,),
}
WHERE: dict[TendinopathyType, str] = {
    TendinopathyType.MIDPORTION: "Your tendon is sore in its middle part: your heel may drop below the step.",
    TendinopathyType.INSERTIONAL: (
        "Your tendon is sore where it joins the heel bone: you stay on the flat floor."
    ),
    TendinopathyType.MIXED: "Your tendon is sore in both places: you stay on the flat floor.",
}
BELOW_NEUTRAL_BY_CHOICE = (
    "Your physio chose this programme for you although the tendon is sore low down, and wrote down why."
)
FLAT_BY_CHOICE = "Your physio chose the flat programme for you, to be careful with the tendon."
HELPS = (
    Claim(
        "Doing as much as you can bear did as well after six weeks as insisting on the full dose.",
        "Stevens and Tan 2014, J Orthop Sports Phys Ther",
    ),
    Claim(
        "Runners who kept running within a pain limit did no worse than those who rested.",
        "Silbernagel 2007, Am J Sports Med",
    ),
    Claim(
        "One run far longer than your longest of the last month is the bigger risk, more than a big week.",
        "Frandsen 2025, Br J Sports Med",
    ),
    Claim(
        "Heel lifts in both shoes can help for a while. Ask your physio first.",
        "Rabusin 2021, Br J Sports Med",
    ),
)
HELPS_NOT = (
    _HOLDS,
    Claim(
        "Lower shoes or landing on the forefoot load the tendon more. Change to them slowly, if at all.",
        "Rice and Patel 2017",
    ),
    Claim(
        "Whether an injection helps is a question for a specialist: studies do not agree.",
        "Johannsen 2022, JAMA Netw Open",
    ),
)
TAKES_TIME = Claim(
    "It can take long: some runners still feel it after a year. A slow week is part of it.",
    "Lagas 2020",
)
ADAPTED = "The running stages are a practical framework. No trial has tested them."
