"""How people say that they mean something said before. Data only; patterns run over folded text."""

# ruff: noqa: E501 -- patterns read better unbroken

from __future__ import annotations

import re

LEAD = (
    r"(?:(?:and|so|but|ok|okay|k|well|hm+|mm+|um+|uh|oh|ah|alright|right|cool|great|nice|thanks"
    r"|thank you|thx|yes|yeah|no|nope|please|pls|then|now|also|actually|sorry|wait|hey|got it"
    r"|i see|interesting|good|perfect|just|maybe) )*"
)
_WORDS_OF_COUNTING = (
    ("first", "1st", "former"),
    ("second", "2nd", "latter"),
    ("third", "3rd"),
    ("fourth", "4th"),
    ("fifth", "5th"),
    ("sixth", "6th"),
    ("seventh", "7th"),
)
POSITIONS = {word: place for place, names in enumerate(_WORDS_OF_COUNTING) for word in names} | {
    "last": -1,
    "final": -1,
}
_ORDINAL = "|".join(POSITIONS)
_OF_ITEMS = r"skill|book|course|resource|topic|certificate|certification"
_COUNTED = rf"one|{_OF_ITEMS}|guide|move|path|pathway|choice|option|item|point|thing|challenge|task"


def _whole(pattern: str) -> re.Pattern[str]:
    """A pattern for all of a text without its punctuation, polite words before and after."""
    return re.compile(
        rf"^{LEAD}(?:{pattern})(?: (?:then|please|pls|thanks|now|instead|too|again|also|i meant?|i mean))*$"
    )


# "the second one", "number 2" in a longer question; the noun tells the kind.
COUNTING = re.compile(
    rf"(?:\b(?:the|that|this) |^{LEAD})(?P<ordinal>{_ORDINAL}) (?P<noun>{_COUNTED}|of (?:them|these|those))\b"
    r"(?! (?:i|do|to|should) )"
    r"|\b(?:number|option|choice|no\.?|#) ?(?P<digit>[1-9])\b"
    r"|\bthe (?P<bare>former|latter)\b"
)
ONLY_COUNTING = _whole(
    r"(?:i mean |i meant |i want |tell me (?:more )?about |what about |how about |what is |more (?:on|about) )?"
    rf"(?:the |that )?(?:(?:number|option|choice|no|nr) )?(?:(?P<ordinal>{_ORDINAL})|(?P<digit>[1-9]))"
    rf"(?: (?P<noun>{_COUNTED}))?(?: in (?:the|your) list| on (?:the|your) list)?"
)
ACCEPTING = _whole(
    r"(?:yes|yeah|yep|yup|ya|sure|ok|okay|k|please|pls|go ahead|go on|go for it|do it|do that"
    r"|do so|of course|absolutely|definitely|certainly|why not|sounds good|i would|i'd like that"
    r"|i would like that|i'd love that|that would be (?:great|good|nice|helpful)|tell me"
    r"|show me|let me know|let's (?:do it|go|hear it|see)|please do|i do|that one|correct|exactly"
    r"|right|it is|that's it|tell me that|tell me please|yes tell me"
    r"|interested|i'm interested)(?: (?:yes|yeah|sure|ok|okay|please|pls|tell me|go ahead|do"
    r"|show me|i would|do that|that|it|thanks|thank you|absolutely|of course|why not))*"
)
WHY = _whole(
    r"(?:and |but )?(?:why|how come|for what reason|what for|what's the reason|what is the reason"
    r"|explain why|can you explain why|tell me why)"
    r"(?: (?:is|does|do|are|so|such|that|this|it|not|the|be|take|takes|cost|costs|really|exactly"
    r"|they|these|those|different|differ|two|numbers|figures|less|more|lower|higher|bad|good|small|big|worse|better|negative|medium|moderate|long|much|many|hard|easy|high|low|little|few|critical|important|optional"
    r"|necessary|essential|weeks|months|hours|time|case|need|i|one))*"
)
_NEXT_ONE = r"next (?:one|phase|step|skill|stage)"
NEXT = _whole(
    r"(?:what|which)(?:'s| is| are| comes?| do i do| should i do| do i learn| should i learn"
    r"| will come| happens| follows| goes| about| to do| phase| step| skill| one)*"
    r" ?(?:after|next|following|afterwards?)(?: to)?"
    r"(?: (?:that|this|it|these|those|them))?(?: (?:one|phase|step|skill|stage))?"
    r"|after (?:that|this|it)(?: (?:one|phase|step|skill|stage))?(?: what)?"
    r"|what then|then(?: what)?|after(?:wards?)?|next|the next|(?:what about )?the one after(?: (?:that|this|it))?"
    rf"|(?:what is |what about |how about |what's )?the {_NEXT_ONE}|{_NEXT_ONE}"
)
# "And in the next phase?" asks the same of it.
SAME_OF_NEXT = _whole(
    rf"(?:how about |what about |for |in )*(?:the )?(?:{_NEXT_ONE}|one after(?: (?:that|this|it))?)"
)
THE_NEXT = re.compile(rf"\b(?:the )?{_NEXT_ONE}\b")
AFTER_PERIOD = re.compile(
    r"\bafter (?:this|that|the|the first|a) (?P<period>week|month|30 days)\b(?!s)"
)
MORE = _whole(
    r"(?:(?:can|could) you )?(?:tell|give|show) me (?:some |a bit |a little )?more"
    r"(?: (?:details?|information|info))?(?: (?:on|about|of) (?:that|this|it|that one|this one))?"
    r"|more(?: (?:details?|information|info))?(?: (?:on|about) (?:that|this|it|that one))?"
    r"|(?:can|could) you (?:explain|elaborate|expand)(?: (?:on )?(?:that|this|it))?"
    r"|(?:explain|elaborate)(?: (?:on )?(?:that|this|it))?|go on|details|in more detail"
    r"|what (?:do you|does (?:that|it|this)) mean|what is (?:that|this)(?: about)?"
    r"|(?:(?:are there|is there|do you have|have you got|got) )?(?:any|some|what)? ?(?:other|others|another|more|else)"
    r"(?: ones?)?(?: (?:are|is) there| do you have)?|anything else|what else|which others?"
    r"|another one|one more|are there (?:any )?(?:others|more)"
)
OTHER = re.compile(
    r"\b(?:the|that) (?:other|previous) (?:one|guide|move|path|pathway|skill|phase|book|course|two)\b"
    r"(?! (?:thing|than))|\bthe one before\b(?: that\b)?|^(?:no )?(?:the|that) other$"
)
CORRECTING = re.compile(
    r"^\W*(?:(?:(?:no|nope|nah|sorry|oh|oops|wait|hm+|well|actually|ah|uh|but|not that|not this"
    r"|wrong(?: one)?)\b[\s,.;:!-]*)*"
    r"(?:not (?:the |about )?[\w ]{1,30}?[,;.-]+ ?(?:but )?)?"
    r"(?:(?:i|what i) (?:meant?|was (?:asking|talking) (?:about|for)|am (?:asking|talking) about"
    r"|asked (?:about|for)) (?:is |was )?|i'm asking about |rather |make that ))"
    r"(?:about |to ask about |to say )?"
)
# "no, the pay" and "not weeks, the pay" correct too, but only where little else is said.
REFUSING = re.compile(
    r"^\W*(?:no|nope|nah|not that(?: one)?|wrong(?: one)?|oops)[\s,.;:!-]+(?:not [\w ]{1,30}?[,;.-] ?)?"
    r"(?:but )?|^\W*(?:sorry[\s,]+)?not (?:the )?[\w ]{1,25}?[,;.-]+ ?(?:but )?"
)
NOT_MEANT = re.compile(r"[\s,;.-]+(?:and )?not (?:the |for |about |to )?[\w ]{1,40}$")
COMPARING = re.compile(
    r"\bwhich (?:(?:of (?:all (?:of )?(?:these|those|them|two|three|2|3)|the (?:two|three|2|3)|them|these|those|both)|one|path|move|job|guide|option"
    r"|career|way|of both) )?(?:(?:move|path|job|one) )?(?:is|'s|are|was|pays?|takes?|has|would|will|needs?|gives?|makes?|asks?|earns?|brings?|grows?)\b"
    r"|\bcompare (?:them|the two|both|those|these|the 2)\b|\bwhat(?:'s| is) the difference\b"
    r"|\b(?:between|of) the (?:two|2)\b|\bhow do (?:they|the two|these|those|both) compare\b"
    r"|\bwhich (?:of (?:the two|them)|one)\b|\b(?:that|this|it) or\b|\bor (?:that|this|it)\b"
)
MORE_OR_LESS = re.compile(
    r"\b(?:faster|quicker|slower|longer|shorter|easier|harder|tougher|better|worse|more|less|fewer"
    r"|most|least|fastest|quickest|slowest|longest|shortest|easiest|hardest|toughest|best|worst"
    r"|higher|lower|highest|lowest|cheaper|sooner|difference|compare|quick|easy|fast|hard)\b"
)
HOW_MANY = re.compile(r"\b(?:(?P<two>two|2|both)|(?P<three>three|3)|(?P<all>all))\b")
ANOTHER = re.compile(r"\b(?:other|others|else|another|one more)\b")
AGAINST = re.compile(
    r"\b(?:than|versus|vs|compared?|comparison|difference|against)\b"
    r"|\b(?:that|this|it) or\b|\bor (?:that|this|it)\b"
)
POINTING_BACK = re.compile(r"\b(?:it|that|this|one)\b|^\W*(?:and|or|but|versus|vs|compared)\b")
BACK_TO = re.compile(
    r"^\W*(?:(?:ok|okay|so|and|but|now|well|right|let's|lets|can we|please)\s+)*(?:go |going |come |coming )?"
    r"(?:back|return(?:ing)?) to (?:the )?(?P<where>[\w&/ -]{2,40}?)(?: (?:one|guide|move|path))?(?:\s*[:,.;?!-]+\s*|$)"
)
# Sounds that mean nothing; "and" and "so" are no such sounds.
SOUNDS = re.compile(r"^\W*(?:(?:hm+|mm+|um+|uh+|erm+|ah+|oh+|huh|haha|lol)\b[\s,.!:;…-]*)+")
PAY_FIELDS = (
    (re.compile(r"^(?:the |its |what about the |what about )?(?:range|spread|band)$"), "range"),
    (
        re.compile(r"^(?:the |what about the |what about )?(?:before|now|today|currently)$"),
        "before",
    ),
    (
        re.compile(
            r"^(?:the |what about the |what about )?(?:after|later|after that|median|afterwards)$"
        ),
        "after",
    ),
)
CARRYING_ON = re.compile(
    r"^\W*(?:and|what about|what's about|how about|or|also|then|same|as for)\b"
    r"|^\W*(?:for|to|as) (?:a|an|the)?\b"
)
# What says that the move as a whole is spoken of, and not the item in focus.
ABOUT_MOVE = re.compile(
    r"\b(?:hard|difficult|easy|tough|salary|pay|pays|earn|demand|worth|realistic|possible|part[- ]?time"
    r"|full[- ]?time|done|shorter|faster|quicker|doable|feasible|become|becoming|switch|switching"
    r"|move|change|changing|transition|job|career|in total|altogether|overall|all in all|whole|too late"
    r"|good idea|right for|for me|do it|make it|manage it|true|sure|guarantee\w*|safe|stressful"
    r"|boring|hours?|degree|months?|years?|like)\b"
)
# What can be said of a skill, a phase or a resource.
OF_AN_ITEM = re.compile(
    r"\b(?:take|takes|last|lasts|long|weeks?|important|critical|essential|optional|necessary"
    r"|mandatory|must|crucial|need|skip|learn|know|finished|study|teach|teaches|taught|practi[sc]e|book|books|course|courses"
    r"|read|wrote|written|writes|author|resource|resources|free|cost|costs|expensive|online|about"
    r"|involve|involves|cover|covers|consist|mean|means|start|begin|tasks?|steps|get better|priority|rated"
    r"|included|contain|who|where|after|before|for|with|used?|what is|which phase|when)\b"
)
TO_LEARN = re.compile(r"\bto (?:learn|read|study|understand|finish)\b")
ABOUT_RESOURCE = re.compile(
    r"\b(?:read|wrote|written|writes|author|free|cost|costs|price|expensive|paid|published|publisher"
    r"|offers?|runs?|gives it|pages|edition|buy|who)\b"
)
_KINDS = "one|skill|phase|step|stage|course|book|topic|certificate|certification|resource|programme"
POINTING = re.compile(rf"\b(?:that|this|the same) (?P<noun>{_KINDS})\b(?! (?:i|do|to|is the)\b)")
BARE = re.compile(
    r"\b(?P<its>its)\b|\bit\b(?!')"
    r"|\b(?:that|this)\b(?=\s*(?:[?!.,]|$|(?:and|take|takes|need|last|cost|important|critical"
    r"|essential|optional|involve|cover|really|free|in|for|by|from|too|then|tho|though)\b))"
)
SEVERAL = re.compile(r"\b(?:of )(?:them|these|those|they)\b|\b(?:them|these|those)\b(?=\W*$)")
ITEM_ELLIPSIS = re.compile(
    r"^(?:how (?:long|many weeks|much time|important|critical)(?: does (?:take|last))?(?: is)?"
    r"|(?:which|what|any|a|the) (?:\w+ )?(?:book|course|certificate|certification|resources?|author|priority)"
    r"|(?:books?|courses?|resources?|weeks|priority|author)"
    r"|(?:is )?(?:critical|important|optional|mandatory|essential)"
    r"|where (?:can|do|could) i learn|how (?:can|do|should|to) i? ?(?:learn|practi[sc]e|start)"
    r"|who (?:wrote|teaches)|(?:which|what) (?:book|course)s? (?:goes?|go|fits?|belongs?) ?(?:with|to)?)$"
)
OFFERING = re.compile(
    r"(?:for example|such as|you could ask|try|would you like|do you want|want|shall i|should i"
    r"|may i|can i|i can(?: also)?|it can|interested in)\b"
    r"(?: (?:me|to|know|hear|see|tell|you|also|about|learn|more))*:?\s*(?P<offer>[^?:]*\?)\s*$",
    re.IGNORECASE,
)
ASKING_WHICH = re.compile(
    r"\bwhich (?:move|guide|path|pathway|one|role|career)s? (?:do|did|would|are|is|should) "
    r"|\bdo you mean\b|\bwhich of these\b",
    re.IGNORECASE,
)
# Words of a question that is not understood without the one before it.
LEANING = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|one|ones|other|others|there|then|same|more)\b"
    r"|^\W*(?:and|or|also|what about|how about|why)\b"
)
ASKING = re.compile(
    r"\?|\b(?:how|what|which|who|where|when|why|can i|could i|should i|do i|is it|tell me|show me|list)\b"
)
