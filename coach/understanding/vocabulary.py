"""Words with no field behind them: grammar, background, topics, places. Data only, folded."""

from __future__ import annotations

from re import Pattern

from coach.understanding.patterns import any_of

# Things people ask about that a guide has no place for. They count only where the guide's own
# words do not hold them, and each has the name the refusal calls it by.
TOPICS: tuple[tuple[str, Pattern[str]], ...] = (
    (
        "what it costs",
        any_of(
            r"costs?(?! (?:me )?nothing)",
            r"price[sd]?",
            r"fees?",
            r"tuition",
            r"expensive",
            r"cheap(?:er|est)?",
            r"afford\w*",
            r"(?:my|tight|low|your|a) budget",
            r"how much (?:is|are|for) (?:the|a|an|this|that)",
            r"how much (?:\w+ ){0,3}?(?:cost|pay for|spend on)",
            r"(?:employer|company|boss|hospital|school|firm|they|who|anyone) (?:\w+ )?(?:pays?|paying|reimburses?) for",
            r"reimburs\w+|funding|grants?",
            r"scholarships?",
            r"discounts?",
            r"subscription",
        ),
    ),
    (
        "what is free",
        any_of(
            r"(?:for|is it|are they|it) free",
            r"free of charge",
            r"free (?:\w+ )?(?:one|ones|courses?|class(?:es)?|books?|videos?|modules?|training|resources?|materials?|sessions?|environment|platforms?)",
            r"free (?:online|to read)",
            r"(?:costs?|pay) (?:me )?nothing",
            r"without paying|(?:at )?no cost",
        ),
    ),
    (
        "other formats",
        any_of(
            r"audio ?books?",
            r"audible",
            r"e-?books?",
            r"pdfs?",
            r"(?:kindle|paperback|hardcover|digital|printed?|audio) (?:version|edition|copy|format)s?",
        ),
    ),
    (
        "contact details",
        any_of(r"e-?mail address(?:es)?", r"phone numbers?", r"contact details"),
    ),
    (
        "class times and dates",
        any_of(
            r"(?:taught|given|held|offered) (?:in the |at |on )?(?:evenings?|mornings?|nights?|weekends?)",
            r"(?:evening|night|weekend) (?:class|course|session)(?:es|s)?",
            r"(?:start(?:ing)?|enrol\w*|application|registration) (?:dates?|deadlines?)",
            r"when (?:does|do|will) (?:the |that |this )?(?:next )?(?:\w+ )?(?:course|class|cohort|semester|programme|program)s? (?:start|begin|run|open)",
        ),
    ),
    (
        "which school is best",
        any_of(
            r"(?:which|what) (?:universit(?:y|ies)|colleges?|schools?|boot ?camps?) (?:is|are|would be) (?:the )?(?:best|better|right|good|worth)",
            r"(?:best|top|good|better|right) (?:universit(?:y|ies)|colleges?|schools?|boot ?camps?)",
            r"(?:university|college|school|boot ?camp) rankings?",
            r"(?:best|highest|top|good) (?:ratings?|reviews?)|(?:best|top)[- ](?:rated|ranked)",
        ),
    ),
    (
        "visas and work permits",
        any_of(
            r"visas?",
            r"work permits?",
            r"immigration",
            r"green card",
            r"h-?1b",
            r"sponsor\w*",
            r"relocat\w+",
        ),
    ),
    ("interviews", any_of(r"interview\w*", r"whiteboard", r"leetcode")),
    (
        "CVs and applications",
        any_of(r"cv", r"resumes?", r"cover letters?", r"apply(?:ing)? (?:for|to)"),
    ),
    (
        "which employers hire",
        any_of(
            r"(?:which|what) (?:\w+ ){0,3}?(?:companies|employers|firms|startups|organi[sz]ations)",
            r"(?:which|what) (?:\w+ )?(?:districts|hospitals|clinics|banks|agencies|industries|sectors)",
            r"(?:which|what) (?!(?:about|does|do|will|would|can|could|should|they|it|one|two|move|path|role|job|guide|career|option|side|therole|direction|switch|field|area|course|skill|certificate|certification|book)s?\b)\w+ (?:pays?|hires?|employs?|recruits?)",
            r"who (?:is|are) hiring",
            r"(?:at|by|join|from) (?:google|amazon|microsoft|meta|apple|netflix|openai|facebook|ibm|nvidia|tesla)",
        ),
    ),
    (
        "working hours and work-life balance",
        any_of(
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
    (
        "remote work",
        any_of(r"remote(?:ly)?", r"(?:work(?:ing)? )?from home", r"wfh", r"hybrid work\w*"),
    ),
    (
        "bonuses, shares and benefits",
        any_of(
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
    ("taxes", any_of(r"tax(?:es)?", r"net (?:pay|salary|income)", r"after tax")),
    (
        "success rates",
        any_of(
            r"success rates?",
            r"(?:what|which) (?:percentage|percent|share|proportion) of (?:people|students|developers|candidates|those|\w+s)",
            r"pass (?:rates?|marks?|scores?)",
            r"failure rates?",
            r"how many people",
            r"odds",
            r"probability",
            r"drop ?out",
        ),
    ),
    (
        "the age of people in the role",
        any_of(
            r"average age",
            r"age (?:limit|distribution)",
            r"how old (?:are|is) (?:the |most |an? |average )",
        ),
    ),
    (
        "freelance rates",
        any_of(
            r"freelanc\w+",
            r"day rates?",
            r"hourly rates?",
            r"consult(?:ing|ant) rates?",
            r"contractors?",
        ),
    ),
    (
        "who holds the role today",
        any_of(
            r"who is the (?:best|most|current|richest|first)",
            r"famous",
            r"how many (?:women|men)",
            r"(?:share|percentage|proportion) of (?:women|men)",
            r"gender",
            r"name (?:a|some|three|of the)",
        ),
    ),
    ("the dress code", any_of(r"dress code", r"wear")),
    (
        "notice periods and contracts",
        any_of(r"notice period", r"non[- ]compete", r"legal(?:ly)?", r"lawsuit"),
    ),
    ("hardware", any_of(r"laptops?", r"gpus?", r"graphics cards?", r"which computer", r"hardware")),
)

# Topics that FAQ entries are on; a question is told to be on one by its meaning.
ENTRY_TOPICS: dict[str, Pattern[str]] = {
    "replacement by machines": any_of(r"replac\w+", r"automat\w+"),
}

PLACES = any_of(
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
CURRENCIES = any_of(
    r"euros?",
    r"eur",
    r"pounds?",
    r"gbp",
    r"sterling",
    r"rupees?",
    r"inr",
    r"lakhs?",
    r"dirhams?",
    r"riyals?",
    r"shillings?",
    r"naira",
    r"rand",
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

# Words that tell fields, for mending slips of the keyboard.
CUE_WORDS = """
    difficult difficulty challenges salary salaries income median timeline duration months weeks
    hours demand growth openings education degree experience transferable skills learn critical
    important priority resources course courses books certificate certification conference
    community platform phases roadmap tasks overview transition switch become
    """.split()
# Words of grammar and manners.
FUNCTION_WORDS = frozenset(
    """
    a about across actually after again against all almost along also although always am
    among an and another any anybody anyone anything anyway are around as at away back be
    became because become becomes becoming been before being below besides between beyond
    both but by came can cannot could did do does doing done down during each either else
    end enough etc even ever every everybody everyone everything except for from get gets
    getting go goes going gone got had has have having he her here hey hi him his how
    however i if in instead into is it its itself just kind let lets like ll m made make
    makes making many may maybe me might mine more most much must my myself near need needed
    needs neither never no nobody none nor not nothing now of off often ok okay on once one
    ones only onto or other others otherwise our ours ourselves out over own per perhaps
    please pretty probably put quite rather re really right s said same say saying says see
    seem seems shall she should since so some somebody someone something sometimes somewhere
    soon sort still stuff such sure t take taken takes taking than thank thanks that the
    their them themselves then there therefore these they thing things think this those
    though through thus till to today together too toward towards try trying two under
    unless until up upon us usually ve very via want wanted wants was way we well were what
    whatever when whenever where whether which while who whoever whole whom whose why will
    with within without wonder wondering won would wouldn yes yet you your yours yourself
    gimme lemme shd shud cud wud wld cld dunno bc cuz coz abt rn tbh imo wanna
    ain aren couldn didn doesn don hadn hasn haven isn mustn needn shan shouldn wasn weren
    im ive id dont doesnt cant wont isnt whats thats theres lets plz pls u ur r thx hello
    bot someone about somewhere myself makes kinda gonna wanna gotta hmm oh ah well wow
    anyway btw tho although say put
    """.split()
)

# Words that careers are talked about in: they name no subject that a guide could lack.
BACKGROUND_WORDS = frozenset(
    """
    options choices possibilities alternatives sooner correctly folk folks ex former
    percent percentage wise
    according meant same instead firm total totals together question road way firsttime weekly
    above alone already best better come comes day days exactly far feel few find first five
    four full give given gives giving good great help keep know known last later least less
    little long look looking lot lots matter mean means new next nice old part particular
    possible question questions real realistic realistically second sense several show talk
    tell third three time times told tried turn use used uses using versus vs ways went work
    worked working works coach advice advise advisor exact exactly specific specifically
    briefly short quick quickly answer answers explain list listed name named mention
    mentioned mentions suggest suggests suggested suggestion recommend recommends
    recommended recommendation according guide guides page path pathway pathways career
    careers job jobs role roles move moving switch switching transition transitioning change
    changing person people start starting started begin beginning reach land plan planning
    idea details detail information info total roughly approximately approx average typical
    typically usual normal normally expect expected honest honestly truly true false correct
    wrong hear heard read reading friend colleague boss manager wife husband partner kids
    family year years month months week weeks hour hours old age currently current curious
    interested consider considering hope hoping able ready serious dream goal aim target
    background profession professional field industry hard easy learn learning learned study
    studying skill skills course courses book books important step steps phase phases stage
    stages topic topics subject area areas aspect aspects point points terms term level main
    major key general overall certain main required requirement requirements necessary
    useful fact facts figure figures number numbers amount big biggest bit small large high
    higher highest low lower lowest longer longest shorter shortest faster fastest slower
    walk bring happen happens involve involves involved include includes included worth
    sense cool super kindly dear sir madam greetings regards cheers different difference
    compare compared comparison difficult difficulty timeline roadmap salary pay demand
    overview money earn focus spend spending dedicate devote invest require requires prepare
    preparing preparation
    """.split()
)
# Words that alone name nothing.
COMMON_WORDS = FUNCTION_WORDS | BACKGROUND_WORDS

SUPERLATIVE = any_of(
    r"pays? (?:the )?(?:most|best|least|more|less)",
    r"easiest|hardest|toughest|simplest|fastest|quickest|shortest|longest|slowest",
    r"(?:highest|best|lowest|worst|biggest|largest|smallest|most|least)[- ](?:\w+[- ])?(?:pay\w*|paid|salar\w+|raise|difficult|lucrative|increase|jump|hours|time|change)",
)
REVERSED = any_of(
    r"hardest|toughest|harder|longest|longer|slowest|slower|lowest|worst|lower|most difficult|more difficult",
    r"(?:most|more) (?:time|hours)",
    r"(?:least|less) (?:pay\w*|paid|money)",
    r"smallest",
    r"less",
)
