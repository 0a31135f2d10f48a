"""The words questions are recognised by. Data only; patterns run over folded text."""

from __future__ import annotations

import re
from re import Pattern

from coach.domain import Priority, ResourceKind
from coach.understanding.values import Aggregate, Field


def _pattern(*alternatives: str) -> Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")


# A cue and how much it weighs; the specific ones outweigh the general ones they overlap with.
CUES: tuple[tuple[Field, float, Pattern[str]], ...] = (
    (
        Field.HOURS,
        5,
        _pattern(
            r"(?:hours?|hrs?|time|evenings?|days?) (?:\w+ ){0,4}?(?:(?:per|a|each|every|in a|in the|the) )?(?:week|day)(?:ly)?",
            r"weekly (?:time|commitment|study|hours|effort|workload)",
            r"how many (?:study )?(?:hours|hrs)",
            r"hours? (?:commitment|of study)",
            r"study (?:hours|load|time)",
        ),
    ),
    (
        Field.TIMELINE,
        3,
        _pattern(
            r"how long",
            r"how (?:many|much) (?:\w+ )?(?:months?|years?|weeks?|days|time)",
            r"time ?(?:line|frame|scale|span|table)",
            r"duration",
            r"(?:number|amount) of (?:months|years|weeks|time)",
            r"how (?:fast|quick(?:ly)?|soon)",
            r"when (?:will|can|could|would|do|might|should) (?:i|one|you|we) (?:expect to |hope to )?(?:be|become|finish|get|make|reach|land)",
            r"(?:takes?|took|taking|need|needs|in|within) (?:me |you |about |around |roughly |only |just |at least |less than |under |over )*(?:a|\d+|one|two|three|four|five|six|nine|ten|twelve|eighteen|twenty(?:[- ]four)?)(?: ?(?:-|to|or) ?\w+)? (?:months?|years?|weeks?)",
            r"time (?:does|will|would|do|needed|required|it takes?|to)",
            r"(?:what|which|how much) time",
            r"lengths?",
            r"total (?:time|months|weeks)",
            r"faster|quicker|fastest|quickest",
            r"overnight",
            r"weeks (?:for|does|do|is|on)",
            r"how ?many ?(?:weeks|months)",
        ),
    ),
    (
        Field.DIFFICULTY,
        3,
        _pattern(
            r"how (?:\w+ )?(?:hard|difficult|tough|easy|challenging|demanding|tricky)",
            r"difficulty",
            r"difficult\w*",
            r"(?:is|be|was|it's|its|looks?|seems?|sounds?) (?:\w+ ){0,6}?(?:hard|tough|easy|easier|harder|simple|doable|demanding|a breeze)",
            r"easiest|easier|harder|toughest",
            r"(?:level|degree) of (?:difficulty|challenge)",
        ),
    ),
    (
        Field.CHALLENGES,
        4,
        _pattern(
            r"challenges?",
            r"obstacles?",
            r"hurdles?",
            r"pitfalls?",
            r"struggles?",
            r"(?:hardest|toughest|trickiest|most difficult|difficult|hard|tough) (?:parts?|things?|bits?|aspects?)",
            r"(?:biggest|main|common) (?:problems?|difficulties|issues?|risks?|mistakes?|barriers?)",
            r"go(?:es)? wrong",
            r"barriers?",
            r"roadblocks?",
            r"risks?",
            r"difficulties",
            r"watch out for",
        ),
    ),
    (
        Field.WAGE_BEFORE,
        6,
        _pattern(
            r"(?:wages?|salary|pay|earn\w*|median) (?:\w+ ){0,5}?(?:before|now|today|currently|at (?:the )?(?:start|present|moment))",
            r"(?:current|present|starting point|old) (?:\w+ )?(?:wages?|salary|pay|median)",
        ),
    ),
    (
        Field.WAGE_RANGE,
        6,
        _pattern(
            r"(?:wage|salary|pay|earnings?|income) (?:range|band|spread|bracket)s?",
            r"range of (?:wages?|salar\w+|pay)",
            r"middle half",
            r"(?:percentiles?|quartiles?)",
            r"(?:highest|lowest|top|bottom) (?:\w+ )?(?:wages?|salar\w+|pay|earners?)",
        ),
    ),
    (
        Field.WAGE_AFTER,
        5,
        _pattern(
            r"(?:median|average|typical|mean|usual|official|statistical|actual|absolute|annual|yearly) (?:\w+ ){0,2}?(?:wages?|salar\w+|pay|income|earnings?)",
            r"how much (?:money )?(?:do|does|would|will|can|could|might) (?:\w+ ){1,7}?(?:earn|make|get paid|paid|be paid|be making)",
            r"what (?:do|does|would|will|can|could) (?:\w+ ){1,7}?(?:earn|make|get paid)",
            r"(?:wages?|salar\w+|pay|earn\w*|paid) (?:\w+ ){0,6}?(?:in (?:us )?dollars|dollars|usd|per year|a year|annually|per month|a month|per hour)",
            r"how many (?:us )?dollars",
            r"medians?",
        ),
    ),
    (
        Field.SALARY,
        3,
        _pattern(
            r"salar(?:y|ies)|sallary|salery",
            r"wages?",
            r"pay(?:s|ing|check)?|paid",
            r"earn(?:s|ing|ings)?",
            r"incomes?",
            r"money",
            r"compensation",
            r"remuneration",
            r"(?:a|the|my|pay|salary) (?:raise|rise|bump|hike|increase|jump|cut)",
            r"make more",
            r"financial(?:ly)?",
            r"lucrative",
        ),
    ),
    (
        Field.OPENINGS,
        5,
        _pattern(
            r"openings?",
            r"vacanc\w+",
            r"how many (?:jobs|positions|posts|roles)",
            r"(?:job )?positions",
        ),
    ),
    (
        Field.GROWTH,
        5,
        _pattern(
            r"(?:job|employment|projected|expected|field|market|occupation)s? (?:\w+ )?(?:growth|grow\w*)",
            r"growth",
            r"grow(?:s|ing)? (?:\w+ ){0,3}?(?:by|fast|quick\w*|20\d\d)",
            r"(?:how|is|are|will) (?:\w+ ){0,5}?grow(?:ing|s)?",
            r"projections?|projected",
        ),
    ),
    (
        Field.DEMAND,
        3,
        _pattern(
            r"demand",
            r"job market",
            r"outlook",
            r"prospects?",
            r"(?:are|will|would) there (?:\w+ ){0,2}?(?:jobs?|work)",
            r"(?:companies|employers|anyone|organi[sz]ations|firms) (?:\w+ ){0,3}?(?:hir\w+|look\w*|want\w*|need\w*)",
            r"hiring",
            r"future[- ]proof",
            r"sought[- ]after",
            r"job security",
            r"chances? (?:of|to) (?:\w+ ){0,3}?(?:job|work|hired)",
        ),
    ),
    (
        Field.EDUCATION,
        5,
        _pattern(
            r"degrees?",
            r"education",
            r"bachelor'?s?",
            r"master'?s",
            r"ph\.?d",
            r"diploma",
            r"(?:formal|academic) (?:qualifications?|studies|training)",
            r"qualifications?",
            r"universit\w+|college",
        ),
    ),
    (
        Field.EXPERIENCE,
        5,
        _pattern(
            r"(?:years?|how much|amount|level) (?:of )?(?:\w+ ){0,2}?experience",
            r"(?:prior|previous|usual|required|work|job|professional) experience",
            r"experience (?:\w+ ){0,3}?(?:need\w*|requir\w+|usual|expected|ask\w*|want\w*)",
            r"(?:need|require|want|expect) (?:\w+ ){0,3}?experience",
        ),
    ),
    (
        Field.TRANSFERABLE_SKILLS,
        5,
        _pattern(
            r"transfer(?:able|s|red|ring)?",
            r"carr(?:y|ies) (?:over|across|forward)",
            r"already (?:have|know|possess|bring|got|do|good|useful|can|strong)",
            r"(?:existing|current|present|own|old) (?:\w+ )?(?:skills?|knowledge|experience|strengths?|background|expertise)",
            r"(?:my|which|what) (?:\w+ ){0,5}?(?:background|skills?|experience|knowledge|expertise) (?:\w+ ){0,5}?(?:help\w*|useful|valuable|count\w*|relevant|matter|useless|wasted|worth|appl(?:y|ies)|advantage|transfer\w*)",
            r"(?:help\w*|useful|valuable|relevant|appl(?:y|ies|icable)|use|used|advantage) (?:of |from |by )?(?:my|being|having been) (?:\w+ ){0,3}?(?:background|skills?|experience|knowledge|career|work|years|developer|engineer|teacher|nurse|accountant|job)",
            r"(?:do|can|could) i (?:\w+ )?(?:bring|reuse|re-use|leverage|keep|build on)",
            r"head ?start",
            r"(?:my|main|biggest) (?:strengths?|advantages?|assets?)",
            r"start(?:ing)? (?:from )?(?:scratch|zero)",
            r"bring (?:with me|along|to the table)",
        ),
    ),
    (
        Field.PRIORITY,
        5,
        _pattern(
            r"how (?:important|critical|essential|necessary|crucial|vital)",
            r"priorit\w+",
            r"(?:is|are) (?:\w+[/ ]){1,7}?(?:important|critical|essential|necessary|crucial|vital|optional|required|mandatory|(?:a )?must|nice to have)",
            r"(?:do i|should i|must i) (?:really |actually )?(?:need|have) (?:to )?(?:learn|know|study|take)",
        ),
    ),
    (
        Field.SKILLS,
        3.5,
        _pattern(
            r"skills?",
            r"skill ?(?:gaps?|set)",
            r"(?:need|have|got|must|should|supposed|want|ought) (?:\w+ ){0,4}?(?:learn|study|pick up|acquire|master|develop|work on)",
            r"(?:should|do|must|can) (?:i|one|you) (?:\w+ )?(?:learn|study|know)",
            r"(?:what|which) (?:\w+ ){0,3}?(?:learn|study|know|missing|lack\w*)",
            r"(?:things|topics|subjects|areas|stuff) (?:\w+ ){0,4}?(?:learn|study|know|master)",
            r"(?:am i|i am|i'm) (?:missing|lacking)",
            r"must[- ]haves?",
            r"prerequisites?",
            r"(?:critical|nice[- ]to[- ]have|important)(?: ones?| things?)?",
            r"learn(?:ing)? first",
            r"to learn",
            r"knowledge gaps?",
            r"gaps",
            r"competenc\w+",
        ),
    ),
    (
        Field.AUTHOR,
        6,
        _pattern(
            r"who (?:\w+ )?(?:wrote|written|writes|is the author|are the authors|authored|made|created|teaches|taught|runs|offers|gives|provides)",
            r"authors? of",
            r"author",
            r"(?:written|taught|offered|provided|authored) by (?:whom|who)",
            r"by (?:whom|who)",
            r"whose (?:\w+ )?(?:book|course)",
        ),
    ),
    (
        Field.RESOURCES,
        4,
        _pattern(
            r"books?",
            r"(?:should|to|can|must|could|what|which) (?:i )?(?:\w+ )?read",
            r"reading(?: list)?",
            r"(?:online )?(?:courses?|class(?:es)?|lessons?)",
            r"moocs?",
            r"coursera|udemy|edx",
            r"certificat\w+|certs?",
            r"resources?",
            r"materials?",
            r"platforms?",
            r"conferences?",
            r"meetups?",
            r"(?:online )?(?:communit\w+|forums?)",
            r"tutorials?",
            r"training(?:s| programmes?| programs?)?",
            r"programmes?|programs?",
            r"websites?",
            r"where (?:can|do|could|should|would|to) (?:i |you )?(?:learn|study|practi[sc]e|train)",
            r"how (?:can|do|could|should|would|to|best to|might) (?:i |you )?(?:best )?(?:learn|study|practi[sc]e|get better|improve|acquire|develop|build|pick up|gain)",
            r"networks?|networking",
            r"events?",
            r"syllabus",
        ),
    ),
    (
        Field.PHASES,
        4,
        _pattern(
            r"phases?",
            r"road ?maps?",
            r"stages?",
            r"steps",
            r"step[- ]by[- ]step",
            r"milestones?",
            r"(?:study|learning|overall|whole|full|detailed) (?:plan|path)",
            r"(?:in|what) (?:which |what )?(?:order|sequence)",
            r"walk me through",
            r"step (?:\d|one|two|three|four|five)",
            r"curriculum",
            r"tasks?",
        ),
    ),
    (
        Field.MISSES,
        4.5,
        _pattern(
            r"miss(?:ing out)?(?: about| from| most| the most)?",
            r"giv(?:e|ing) up",
            r"los(?:e|ing)",
            r"leav(?:e|ing) behind",
            r"cons",
            r"downsides?",
            r"drawbacks?",
            r"disadvantages?",
            r"regrets?",
            r"sacrific\w+",
            r"(?:bad|worst|negative|worse) (?:things?|parts?|sides?|about)",
            r"negatives?",
            r"trade[- ]?offs?",
        ),
    ),
    (
        Field.LOVES,
        4.5,
        _pattern(
            r"loves?",
            r"enjoy\w*",
            r"(?:i|people|you|they) (?:would |will |might |may )?like (?:about|most|in)",
            r"(?:best|good|great|nice|fun|positive|rewarding|exciting) (?:things?|parts?|bits?|sides?|about|aspects?)",
            r"benefits?",
            r"advantages? of",
            r"perks?",
            r"pros",
            r"upsides?",
            r"rewarding|fulfilling|satisfying",
            r"positives",
            r"look forward to",
            r"appeal\w*|attractive",
            r"makes? it (?:great|worthwhile)",
        ),
    ),
    (
        Field.REALITY,
        4,
        _pattern(
            r"reality(?: check)?",
            r"pros and cons",
            r"honest(?:ly)?",
            r"worth (?:it|doing|the)",
            r"what (?:is|'s|s) (?:it|the job|the role|this job|the work) (?:really |actually )?like",
            r"what (?:to|should i|can i) expect",
            r"good and (?:the )?bad",
            r"ups and downs",
        ),
    ),
    (
        Field.THIS_WEEK,
        6,
        _pattern(
            r"(?:this|the first|first|coming|current) week",
            r"next (?:few|couple of|seven|7) days",
            r"this weekend",
            r"right (?:now|away)|immediately",
            r"(?:do|start|begin|doing|starting|beginning) (?:\w+ ){0,2}?(?:today|tomorrow|now)",
            r"(?:within|in) (?:a|one|the next) week",
            r"week (?:one|1)",
            r"7 days",
        ),
    ),
    (
        Field.THIS_MONTH,
        6,
        _pattern(
            r"(?:this|the first|first|current|coming|within a|within one|in a|next|in one) month",
            r"(?:first |next )?(?:30|thirty) days",
            r"month (?:one|1)",
            r"(?:next |first )?(?:four|4) weeks",
        ),
    ),
    (
        Field.NEXT_90_DAYS,
        6,
        _pattern(
            r"(?:90|ninety)[- ]?days?",
            r"(?:next|first|coming|within|in) (?:\w+ )?(?:three|3|few|couple of) months",
            r"(?:this|next|first) quarter",
        ),
    ),
    (
        Field.ACTIONS,
        4,
        _pattern(
            r"action (?:plan|items?|steps?|points?)",
            r"next steps?",
            r"first steps?",
            r"to[- ]?do(?: list)?",
            r"how (?:do|can|should|would|could|to) (?:i |one |you )?(?:\w+ )?(?:start|begin|get (?:started|going|into))",
            r"where (?:do|can|should|would|to) (?:i |one |you )?(?:\w+ )?(?:start|begin)",
            r"get(?:ting)? started",
            r"kick ?off",
        ),
    ),
    (
        Field.SOURCES,
        5,
        _pattern(
            r"(?:where|which) (?:\w+ ){0,5}?(?:numbers?|figures?|facts?|data|information|statistics?|stats) (?:\w+ ){0,2}?(?:from|based)",
            r"(?:sources?|origin) of (?:\w+ ){0,3}?(?:numbers?|figures?|facts?|data|information|statistics?|guide)",
            r"(?:what|which|your) sources?",
            r"(?:last |when )(?:\w+ ){0,3}?(?:reviewed|updated|checked)",
            r"how (?:recent|up to date|current|old) (?:\w+ ){0,3}?(?:guide|figures|data|information|numbers)",
        ),
    ),
    (
        Field.OVERVIEW,
        2.5,
        _pattern(
            r"overview",
            r"summar(?:y|i[sz]e|ise)",
            r"(?:tell|tell me|know|explain|describe|information|info|something) (?:\w+ )?about",
            r"describe",
            r"in (?:short|a nutshell|brief|general)",
            r"big picture",
            r"tl;?dr",
            r"(?:why|how) (?:is|does|would|are) (?:\w+ ){1,8}?(?:good fit|natural|make sense|suited|fit|evolution|right)",
            r"(?:good|natural|right|logical|sensible|realistic|possible|feasible) (?:fit|move|step|choice|change|transition|idea|path)",
            r"what does (?:a|an|the) (?:\w+ ){1,5}?(?:do|role involve|involve)",
            r"(?:what|which) (?:is|are) (?:a|an|the) (?:\w+ ){0,5}?(?:role|job)",
            r"(?:can|could|should|may) (?:i|a|an|you) (?:\w+ ){0,6}?(?:become|switch|move|transition|change)",
        ),
    ),
)

AGGREGATES: tuple[tuple[Aggregate, Pattern[str]], ...] = (
    (
        Aggregate.SUM,
        _pattern(
            r"add(?:ed|s)? (?:\w+ ){0,4}?(?:up|together)",
            r"adding up",
            r"sum(?: of| up)?",
            r"(?:in )?total(?:s|led|ling)?",
            r"altogether",
            r"all (?:the |of the |\w+ )?(?:phases|skills|weeks) (?:\w+ ){0,3}?(?:take|together|combined)",
            r"combined",
        ),
    ),
    (
        Aggregate.COUNT,
        _pattern(
            r"how many (?:\w+[- ]){0,4}?(?:phases|skills|steps|stages|books|courses|tasks|resources|challenges)",
            r"number of (?:\w+ ){0,2}?(?:phases|skills|steps|stages|books|courses|tasks)",
        ),
    ),
    (
        Aggregate.LONGEST,
        _pattern(
            r"longest",
            r"most (?:time|weeks|effort|time[- ]consuming)",
            r"(?:biggest|largest) (?:time|investment|chunk|effort)",
            r"slowest",
        ),
    ),
    (
        Aggregate.SHORTEST,
        _pattern(r"shortest", r"(?:least|fewest) (?:time|weeks|effort)", r"quickest", r"fastest"),
    ),
    (Aggregate.LAST, _pattern(r"last|final|end (?:of|with)")),
    (
        Aggregate.NEXT,
        _pattern(
            r"(?:comes?|do|happens?|is|what's|follows?) (?:\w+ ){0,2}?(?:after|next)",
            r"after (?:that|phase|step|stage)",
            r"then what",
        ),
    ),
    (Aggregate.FIRST, _pattern(r"first|begin with|start with|to start")),
)

PRIORITIES: tuple[tuple[Priority, Pattern[str]], ...] = (
    (
        Priority.NICE_TO_HAVE,
        _pattern(
            r"nice[- ]to[- ]haves?",
            r"optional",
            r"bonus",
            r"skip",
            r"least important",
            r"less important",
            r"not essential",
        ),
    ),
    (
        Priority.CRITICAL,
        _pattern(
            r"(?:most|really|absolutely|very) (?:important|critical|essential|urgent)",
            r"critical",
            r"essential",
            r"crucial",
            r"must[- ]haves?",
            r"top priorit\w+",
            r"highest priorit\w+",
            r"vital",
            r"non[- ]negotiable",
        ),
    ),
    (Priority.IMPORTANT, _pattern(r"(?:rated |marked |are )?important")),
)

RESOURCE_KINDS: tuple[tuple[ResourceKind, Pattern[str]], ...] = (
    (
        ResourceKind.BOOK,
        _pattern(
            r"books?",
            r"(?:to|should i|can i|must i|i) read",
            r"reading(?: list)?",
            r"wrote",
            r"authors?",
            r"read",
        ),
    ),
    (
        ResourceKind.CERTIFICATION,
        _pattern(r"certificat(?:ions?|es?)", r"certs?", r"certified", r"exams?"),
    ),
    (
        ResourceKind.COURSE,
        _pattern(
            r"courses?",
            r"class(?:es)?",
            r"moocs?",
            r"coursera|udemy|edx",
            r"lessons?",
            r"training(?:s)?",
            r"programmes?|programs?",
        ),
    ),
    (ResourceKind.PLATFORM, _pattern(r"platforms?", r"websites?", r"practi[sc]e (?:on|sites?)")),
    (ResourceKind.CONFERENCE, _pattern(r"conferences?", r"events?")),
    (
        ResourceKind.NETWORK,
        _pattern(
            r"networks?", r"networking", r"communit\w+", r"groups?", r"forums?", r"associations?"
        ),
    ),
    (ResourceKind.TOOL, _pattern(r"tools?", r"software")),
)

# Things people ask about that a guide has no place for. They count only where the guide's own
# words do not hold them, and each has the name the refusal calls it by.
TOPICS: tuple[tuple[str, Pattern[str]], ...] = (
    (
        "what it costs",
        _pattern(
            r"costs?",
            r"price[sd]?",
            r"fees?",
            r"tuition",
            r"expensive",
            r"cheap(?:er|est)?",
            r"afford\w*",
            r"free(?! ?time)",
            r"budget",
            r"how much (?:is|are|for) (?:the|a|an|this|that)",
            r"how much (?:\w+ ){0,3}?(?:cost|pay for|spend on)",
            r"scholarships?",
            r"discounts?",
            r"subscription",
        ),
    ),
    (
        "visas and work permits",
        _pattern(
            r"visas?",
            r"work permits?",
            r"immigration",
            r"green card",
            r"h-?1b",
            r"sponsor\w*",
            r"relocat\w+",
        ),
    ),
    ("interviews", _pattern(r"interview\w*", r"whiteboard", r"leetcode")),
    (
        "CVs and applications",
        _pattern(r"cv", r"resumes?", r"cover letters?", r"apply(?:ing)? (?:for|to)"),
    ),
    (
        "which employers hire",
        _pattern(
            r"(?:which|what) (?:\w+ ){0,3}?(?:companies|employers|firms|startups|organi[sz]ations)",
            r"who (?:is|are) hiring",
            r"(?:at|by|join|from) (?:google|amazon|microsoft|meta|apple|netflix|openai|facebook|ibm|nvidia|tesla)",
        ),
    ),
    (
        "working hours and work-life balance",
        _pattern(
            r"work[- ]life",
            r"over ?time",
            r"(?:work|working) hours",
            r"on[- ]call",
            r"vacations?",
            r"holidays?",
            r"parental leave",
            r"night shifts?",
            r"weekends? off",
        ),
    ),
    ("remote work", _pattern(r"remote(?:ly)?", r"work from home", r"wfh", r"hybrid work\w*")),
    (
        "bonuses, shares and benefits",
        _pattern(
            r"bonus(?:es)?(?! skill)",
            r"equity",
            r"stock(?: options?)?",
            r"shares",
            r"pension",
            r"health insurance",
            r"401k",
            r"sign[- ]on",
        ),
    ),
    ("taxes", _pattern(r"tax(?:es)?", r"net (?:pay|salary|income)", r"after tax")),
    (
        "success rates",
        _pattern(
            r"success rates?",
            r"(?:what|which) (?:percentage|percent|share|proportion) of (?:people|students|developers|candidates|those|\w+s)",
            r"pass rates?",
            r"how many people",
            r"odds",
            r"probability",
            r"drop ?out",
        ),
    ),
    (
        "the age of people in the role",
        _pattern(r"average age", r"age (?:limit|distribution)", r"how old (?:are|is)"),
    ),
    (
        "freelance rates",
        _pattern(
            r"freelanc\w+",
            r"day rates?",
            r"hourly rates?",
            r"consult(?:ing|ant) rates?",
            r"contractors?",
        ),
    ),
    (
        "named people in the role",
        _pattern(
            r"who is the (?:best|most|current|richest|first)",
            r"famous",
            r"name (?:a|some|three|of the)",
        ),
    ),
    ("the dress code", _pattern(r"dress code", r"wear")),
    (
        "notice periods and contracts",
        _pattern(r"notice period", r"non[- ]compete", r"legal(?:ly)?", r"lawsuit"),
    ),
    ("hardware", _pattern(r"laptops?", r"gpus?", r"which computer", r"hardware")),
)

PLACES = _pattern(
    r"europe(?:an)?",
    r"(?:the )?eu",
    r"(?:the )?uk",
    r"united kingdom",
    r"(?:great )?britain",
    r"british",
    r"england",
    r"scotland",
    r"london",
    r"manchester",
    r"ireland",
    r"dublin",
    r"german(?:y|s)?",
    r"berlin",
    r"munich",
    r"hamburg",
    r"frankfurt",
    r"france",
    r"french",
    r"paris",
    r"spain",
    r"spanish",
    r"madrid",
    r"barcelona",
    r"ital(?:y|ian)",
    r"rome",
    r"milan",
    r"portugal",
    r"lisbon",
    r"netherlands",
    r"amsterdam",
    r"belgium",
    r"brussels",
    r"switzerland",
    r"swiss",
    r"zurich",
    r"geneva",
    r"austria",
    r"vienna",
    r"poland",
    r"warsaw",
    r"sweden",
    r"stockholm",
    r"norway",
    r"oslo",
    r"denmark",
    r"copenhagen",
    r"finland",
    r"helsinki",
    r"greece",
    r"athens",
    r"turkey",
    r"istanbul",
    r"russia",
    r"moscow",
    r"ukraine",
    r"kyiv",
    r"romania",
    r"czech\w*",
    r"prague",
    r"hungary",
    r"budapest",
    r"india(?:n)?",
    r"bangalore",
    r"bengaluru",
    r"mumbai",
    r"delhi",
    r"hyderabad",
    r"pakistan",
    r"bangladesh",
    r"sri lanka",
    r"china",
    r"chinese",
    r"beijing",
    r"shanghai",
    r"hong kong",
    r"taiwan",
    r"japan(?:ese)?",
    r"tokyo",
    r"(?:south )?korea",
    r"seoul",
    r"singapore",
    r"malaysia",
    r"indonesia",
    r"jakarta",
    r"vietnam",
    r"thailand",
    r"bangkok",
    r"philippines",
    r"manila",
    r"australia(?:n)?",
    r"sydney",
    r"melbourne",
    r"new zealand",
    r"auckland",
    r"canad(?:a|ian)",
    r"toronto",
    r"vancouver",
    r"montreal",
    r"mexico",
    r"brazil",
    r"sao paulo",
    r"argentina",
    r"buenos aires",
    r"chile",
    r"colombia",
    r"bogota",
    r"peru",
    r"africa",
    r"nigeria",
    r"lagos",
    r"kenya",
    r"nairobi",
    r"ghana",
    r"south africa",
    r"cape town",
    r"johannesburg",
    r"egypt",
    r"cairo",
    r"morocco",
    r"ethiopia",
    r"israel",
    r"tel aviv",
    r"dubai",
    r"uae",
    r"abu dhabi",
    r"saudi arabia",
    r"qatar",
    r"iran",
    r"asia",
    r"latin america",
    r"middle east",
    r"scandinavia",
    r"california",
    r"san francisco",
    r"silicon valley",
    r"bay area",
    r"los angeles",
    r"seattle",
    r"new york(?: city)?",
    r"nyc",
    r"boston",
    r"chicago",
    r"austin",
    r"texas",
    r"houston",
    r"dallas",
    r"denver",
    r"atlanta",
    r"miami",
    r"florida",
    r"my (?:country|city|town|area|region|state)",
)
CURRENCIES = _pattern(
    r"euros?",
    r"eur",
    r"pounds?",
    r"gbp",
    r"sterling",
    r"rupees?",
    r"inr",
    r"lakhs?",
    r"yen",
    r"yuan",
    r"francs?",
    r"chf",
    r"pesos?",
    r"reais",
    r"kron(?:a|or|er)",
    r"zloty",
    r"cad",
    r"aud",
    r"bitcoin",
)

# Words that carry no topic of their own: they never count as something a guide lacks.
FUNCTION_WORDS = frozenset(
    """
    a about above across actually after again against all almost alone along already also
    although always am among an and another any anybody anyone anything anyway are around as
    at away back be became because become becomes becoming been before being below besides
    best better between beyond both but by came can cannot come comes could day days did do
    does doing done down during each either else end enough etc even ever every everybody
    everyone everything exactly except far feel few find first five for four from full get
    gets getting give given gives giving go goes going gone good got great had has have
    having he help her here hey hi him his how however i if in instead into is it its itself
    just keep kind know known last later least less let lets like little ll long look
    looking lot lots m made make makes making many matter may maybe me mean means might mine
    more most much must my myself near need needed needs neither never new next nice no
    nobody none nor not nothing now of off often ok okay old on once one ones only onto or
    other others otherwise our ours ourselves out over own part particular per perhaps
    please possible pretty probably put question questions quite rather re real realistic
    realistically really right s said same say saying says second see seem seems sense
    several shall she should show since so some somebody someone something sometimes
    somewhere soon sort still stuff such sure t take taken takes taking talk tell than thank
    thanks that the their them themselves then there therefore these they thing things think
    third this those though three through thus till time times to today together told too
    toward towards tried try trying turn two under unless until up upon us use used uses
    using usually ve versus very via vs want wanted wants was way ways we well went were
    what whatever when whenever where whether which while who whoever whole whom whose why
    will with within without wonder wondering won work worked working works would wouldn yes
    yet you your yours yourself ain aren couldn didn doesn don hadn hasn haven isn mustn
    needn shan shouldn wasn weren im ive id dont doesnt cant wont isnt whats thats theres
    lets plz pls u ur r thx hello bot coach advice advise advisor exact exactly specific
    specifically briefly short quick quickly answer answers explain list listed name named
    mention mentioned mentions suggest suggests suggested suggestion recommend recommends
    recommended recommendation according guide guides page path pathway pathways career
    careers job jobs role roles move moving switch switching transition transitioning change
    changing person people someone start starting started begin beginning reach land plan
    planning idea details detail information info total about roughly approximately approx
    average typical typically usual normal normally expect expected honest honestly truly
    true false correct wrong hear heard read reading somewhere friend colleague boss manager
    wife husband partner kids family year years month months week weeks hour hours old age
    currently current myself curious interested consider considering hope hoping able ready
    serious dream goal aim target background profession professional field industry hard
    easy learn learning learned study studying skill skills course courses book books
    important step steps phase phases stage stages topic topics subject area areas aspect
    aspects point points terms term level main major key general overall certain main
    required requirement requirements necessary useful fact facts figure figures number
    numbers amount big biggest bit small large high higher highest low lower lowest longer
    longest shorter shortest faster fastest slower walk bring happen happens involve
    involves involved include includes included worth makes sense kinda gonna wanna gotta
    hmm oh ah well wow cool super anyway btw tho although kindly dear sir madam greetings
    regards cheers say different difference compare compared comparison difficult difficulty
    timeline roadmap salary pay demand overview money earn focus spend spending dedicate
    devote put invest require requires prepare preparing preparation
    """.split()
)

DISTRESS = _pattern(
    r"kill myself",
    r"suicid\w+",
    r"end (?:my life|it all)",
    r"self[- ]harm",
    r"hurt(?:ing)? myself",
    r"want to die",
    r"wanna die",
    r"don'?t want to (?:live|be alive|be here anymore|go on)",
    r"no (?:reason|point) (?:to|in) (?:live|living)",
    r"can'?t go on",
    r"better off dead",
    r"life (?:is|feels) (?:not worth|worthless|pointless)",
    r"(?:feel|feeling|am|i'm) (?:so |completely |totally |utterly )?(?:hopeless|worthless|suicidal)",
    r"not worth living",
    r"can'?t take (?:it|this) any ?more",
    r"cutting myself",
    r"panic attacks?",
    r"having a breakdown",
)
INJECTION = _pattern(
    r"(?:ignore|disregard|forget|override|bypass|skip) (?:\w+ ){0,5}?(?:instructions?|rules?|prompts?|guidelines?|directions?|guardrails?|guides?|restrictions?|filters?)",
    r"(?:system|hidden|initial|secret|original|developer) (?:prompt|instructions?|message)",
    r"(?:reveal|print|show|repeat|output|leak) (?:\w+ ){0,4}?(?:prompt|instructions|system message|api key|secrets?|passwords?)",
    r"you are (?:now|no longer)",
    r"(?:pretend|act|behave|roleplay|role-play) (?:to be|as if|as though|as an?|like) (?:\w+ ){0,4}?(?:unrestricted|evil|dan|jailbroken|hacker|pirate|different|without|another|no )",
    r"jailbreak\w*",
    r"developer mode",
    r"do anything now",
    r"dan mode",
    r"new (?:instructions|rules|system prompt)",
    r"(?:sudo|admin) mode",
    r"say (?:exactly|only|the words?)",
    r"(?:answer|reply|respond) (?:only )?with (?:only )?(?:the word|exactly|\"|')",
    r"without (?:any )?(?:citations?|checking|sources|restrictions)",
    r"api keys?",
)
GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|yo|howdy|greetings|hallo|good (?:morning|afternoon|evening|day)|what'?s up|sup)(?: (?:there|coach|all|everyone|bot|again|you|friend))*|how are (?:you|u)(?: (?:doing|today))*|nice to meet you)$"
)
THANKS = re.compile(
    r"^(?:(?:ok|okay|great|perfect|cool|awesome|nice|wow|super|good|alright|oh|ah|amazing|that'?s|this|is|was|it|very|really|so|much|helpful|useful|many|a lot|lots|for|the|your|help|info|information|answer|advice|got|understood|makes sense|all|i|see|you|coach|thank|thanks|thx|ty|cheers|appreciate|appreciated|sounds|clear|brilliant|excellent|lovely|that|kind|of) ?)+$"
)
FAREWELL = re.compile(
    r"^(?:(?:ok|okay|thanks|thank you|alright|well) )*(?:bye(?: bye)?|goodbye|see (?:you|ya)(?: later| soon)?|good night|farewell|take care|have a (?:nice|good|great) (?:day|evening|weekend)|ciao|cu|later)(?: (?:for now|then|coach|and thanks|thanks))*$"
)
CAPABILITIES = re.compile(
    r"\b(?:what (?:can|could|do) (?:you|u)(?: \w+)? (?:do|help|offer|know|answer)|what (?:can|could|should|may) i ask|how (?:do|can|does) (?:you|this|it) (?:work|help)|who are (?:you|u)|what are (?:you|u)\b|what is this\b(?! (?:guide|path|course|book|phase))|are you (?:a |an )?(?:human|bot|robot|ai|real|person|chatbot|machine)|help me$|^help$|how does this (?:work|chat)|(?:which|what|how many) (?:\w+ )?(?:guides?|paths?|pathways|moves|careers|transitions|topics|roles) (?:\w+ ){0,3}?(?:have|know|cover|covered|support|available|there|offer|exist)|your (?:name|purpose)|tell me about yourself|list (?:all )?(?:the |your )?(?:guides|pathways|paths))"
)
