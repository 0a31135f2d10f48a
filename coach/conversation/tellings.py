"""How people tell about themselves. Data only; patterns run over folded text."""

# ruff: noqa: E501 -- patterns read better unbroken

from __future__ import annotations

import re

from coach.conversation.dates import DAY, MONTHS

OWN = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|im|ive|my|me|we|with|at|only)\b")
OF_THE_MOVE = re.compile(
    r"\b(?:it|this|that|move|path|plan|guide|phase|course) (?:\w+ )?(?:takes?|needs?|asks?|says?|wants?)\b"
)
A_DAY = re.compile(
    r"^\s*(?:a|per|each|every)? ?/? ?(?P<part>day|evening|night|weekday|morning|weekend)s?\b|^\s*daily\b"
)
AN_HOUR = re.compile(r"\ban hour\b")
NO_SUBJECT = re.compile(
    r"^(?:that|it|this|what|how|why|when|where|which|who|if|whether|you|there|nothing|enough|some|the"
    r"|about|a lot|lots|much|more|all|everything|something|anything|i|is|are)\b"
)
SKILL = (
    r"(?:already |also |quite |really |well |a bit of |a little |some |both |basic |good |pretty )*"
    r"(?P<skills>[^.?!;:\n]{2,120})"
)
KNOWS = re.compile(
    r"\b(?:i|we) (?:already |do |also |now |just |still )*(?:know|learned|learnt|mastered"
    r"|have (?:already )?(?:done|learned|learnt|used|studied)|speak)\s+"
    rf"(?:how to (?:use |do )?)?{SKILL}"
    r"|\b(?:i've|ive) (?:already |also |just )*(?:done|learned|learnt|used|studied|mastered)\s+"
    + SKILL.replace("<skills>", "<more>")
    + r"|\b(?:i'm|i am|im) (?:already |also |quite |very |pretty |really )*(?:good (?:at|with)|fluent in"
    r"|experienced (?:in|with)|familiar with|skilled (?:in|at)|comfortable with|strong in|certified in)\s+"
    + SKILL.replace("<skills>", "<good>")
    + r"|\b(?:i|we) (?:already |also )*(?:have|'ve got|have got|got) (?:\w+ ){0,4}?(?:experience|background|knowledge|skills?)"
    r" (?:with|in|of|at)\s+" + SKILL.replace("<skills>", "<experience>")
)
KNOWS_NOT = re.compile(
    r"\b(?:i|we) (?:do not|don't|dont|can't|cannot|never|have never|haven't|no longer|have not|didn't) "
    r"(?:really |actually |yet |even |ever |already )*(?:know|learned|learnt|learn|used|use|done|studied|speak"
    r"|understand|remember|finished|completed)\s+(?:how to (?:use )?)?(?:any |much )?"
    + SKILL
    + r"|\b(?:i|we) (?:have|know|got|'ve got) (?:no|zero|little) (?:(?:experience|knowledge|skills?|background|idea) (?:with|in|of|at|about)\s+)?"
    + SKILL.replace("<skills>", "<none>")
    + r"|\b(?:i'm|i am|im) (?:not (?:\w+ )?(?:good (?:at|with)|familiar with|experienced (?:in|with))|new to|bad at)\s+"
    + SKILL.replace("<skills>", "<bad>")
    + r"|\b(?:i've|ive) (?:never|not|forgotten)(?: (?:used|learned|done))?\s+"
    + SKILL.replace("<skills>", "<never>")
)
SKILLS_END = re.compile(
    r"\b(?:but|so|because|since|and (?:i|can|could|how|what|which|want|do|have|now|then|is|am|would|my)\b|which|what|how|when|where|why|who"
    r"|do|does|can|could|should|is|are|will|would|already|very|well|from|for|too|yet|though|at all"
    r"|to become|if|that|i|i'm|i've|then|now|after|before|anymore|by|in my|as a)\b"
)
SKILL_PARTS = re.compile(r"\s*(?:,|/|&|\+(?!\+)|\band\b|\bor\b)\s*")
FILLER = re.compile(
    r"^(?:some|any|a bit of|a little|basic|the|my|both|also|already|quite|only|much|with|in|of|good|pretty)\s+"
)
I_AM = re.compile(
    r"\b(?:i am|i'm|im|i work as|i worked as|i was|i've been|i have been|i used to be|my (?:current )?(?:job|role) is|currently)"
    r"(?: now| currently| already| working(?: as)?| just| still| only| being)* (?P<not>not |no longer )?(?:an? |the )?"
    r"(?P<before>(?:(?!to |in |at |for |going |trying )\w+ ){0,2}?)$"
)
UNKNOWN_I_AM = re.compile(
    r"\b(?:i am|i'm|im|i work as|i worked as|i was|i've been|i have been|i used to be)(?: \w+)? an? "
)
TIME = (
    r"(?:the )?(?:(?:end|start|beginning|middle) of )?(?:(?:this|next|the|early|late|mid)[ -])?"
    r"(?:spring|summer|autumn|fall|winter|christmas|new year|easter|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|year|month|quarter|q[1-4]|20\d\d|school year)(?:'s)?(?: (?:of )?(?:20\d\d|next year|this year))?"
)
EXACT = (
    rf"(?:20\d\d-\d\d-\d\d|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTHS})(?:,? 20\d\d)?"
    rf"|(?:{MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? 20\d\d)?"
    r"|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9} 20\d\d|[a-z]{3,9} \d{1,2},? 20\d\d)"
)
SPAN = (
    r"(?:about |around |less than |under |the next )?(?:a|an|one|two|three|four|five|six|eight|nine|ten|twelve|eighteen"
    r"|\d{1,2})(?:[ -](?:and a half|to \w+|or \w+))?[ -](?:years?|months?|weeks?)(?: and a half)?"
)
DEADLINE = re.compile(
    rf"\b(?P<when>(?:by|before|until|till|no later than) (?:{EXACT}|{TIME})(?! old)|(?:within|in) {SPAN})\b"
)
AIM = re.compile(
    r"\b(?:i|i'd|i'll|we|me)\b.*\b(?:have to|has to|need|needs|must|want|wants|would like|hope|plan|aim|like to"
    r"|gotta|got to|has got|wish|should be|be done|make it|finish|only have|have only|have|goal)\b|\bdeadline\b|\bmy (?:goal|aim|plan)\b"
)
TOLD_DEADLINE = re.compile(r"\bdeadline (?:is|would be|:)\s*(?P<when>[\w' ]{3,40})")
NO_DEADLINE = re.compile(
    r"\bno (?:hurry|deadline|rush)\b|\bnot in a (?:hurry|rush)\b|\b(?:don't|do not) have a deadline\b"
)
STARTING = re.compile(
    r"\b(?:from|starting(?: (?:on|in|from))?|beginning(?: (?:on|in))?|(?:start|begin)(?: (?:on|in|from))?)"
    rf" (?P<when>{DAY})\b(?! to\b)"
)
# "When should I start?" and "can it begin in May?" tell no day of one's own.
ASKED_START = re.compile(
    r"\b(?:should|can|could|must|do|does|did|will) (?:i|one|we|you|it|people|they) (?:start|begin)\b"
)
FINISHED = re.compile(
    r"\b(?:i|we) (?:have |'ve |already |also |just |now |finally )*(?:finished|completed|passed|read|took|taken)\s+"
    r"(?P<title>[^.?!;:\n]{2,120})"
    r"|\b(?:i've|ive|we've) (?:already |also |just |now |finally )*(?:finished|completed|passed|read|taken)\s+"
    r"(?P<other>[^.?!;:\n]{2,120})"
)
FINISHED_END = re.compile(
    r"\s*(?:[,(]|\b(?:but|so|because|since|which|what|how|when|now|already|yesterday|today|last|this|though"
    r"|and (?:i|what|how|now|then|have|can|could|would|want))\b)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
ON_DAYS = re.compile(
    r"\b(?:on|at|every|each|only|during) (?:the )?"
    rf"(?P<days>weekends?|weekdays?|{_WEEKDAY}(?:(?:,? and |,? & |, ?| or ){_WEEKDAY})*)\b"
)
# Days are those of study only where a sentence speaks of it.
OF_STUDY = re.compile(r"\b(?:hours?|hrs?|study|learn|plan|free|spare|time|work on (?:it|this))\b")
