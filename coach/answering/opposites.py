"""Everyday words and their opposites, for telling a sentence that turns its source round. Data."""

from __future__ import annotations

from functools import lru_cache

from coach.terms import stem

_PAIRS = """
increase rise rising grow growing growth climb expand widen | decrease fall falling shrink decline contract narrow
hard difficult challenging demanding tough | easy simple effortless straightforward breeze
hardest toughest | easiest simplest
critical essential crucial vital required mandatory necessary indispensable | optional unnecessary dispensable negligible trivial needless
important significant relevant | unimportant insignificant irrelevant
strong strength | weak weakness
high higher highest upper above | low lower lowest below
more most | less least fewer fewest
many much plenty lot lots numerous | few little scarce
long longer longest lengthy | short shorter shortest brief
slow slower slowest slowly gradual | fast faster fastest quick quicker quickly rapid rapidly
love enjoy like pleasure | hate dislike dread
keep stay remain retain preserve continue | lose replace disappear vanish stop cease abandon
gain win acquire earn | lose forfeit
advantage benefit strength asset | disadvantage drawback weakness burden liability
possible feasible | impossible unfeasible
free | paid expensive costly
cheap cheaper affordable inexpensive | expensive costly pricey
first | last
begin beginning start starting open opening | end ending finish close conclude
early earlier earliest | late later latest
always constantly | never seldom rarely
often frequently usually regularly commonly | seldom rarely occasionally
include including cover contain | exclude excluding omit lack
accept welcome approve admit | refuse reject decline deny
allow permit let | forbid prohibit ban prevent
encourage urge recommend advise | discourage deter
trust believe rely | distrust doubt suspect
familiar known | unfamiliar unknown strange
old older oldest | young younger youngest
new newer newest fresh | old outdated stale
same identical similar alike | different distinct opposite
together jointly team | alone solo separately
public | private confidential
internal inside inner within | external outside outer
junior beginner novice | senior expert veteran
large larger largest big bigger great | small smaller smallest tiny minor
broad broader wide | narrow
better best improve improving | worse worst worsen deteriorate
good well strong | bad badly poor poorly
right correct correctly accurate true | wrong incorrect false inaccurate mistaken
specific precise exact clear clearly | vague unclear ambiguous
complex complicated | simple plain
safe secure | risky dangerous unsafe insecure
help helps support assist ease | hinder hamper obstruct harm
remember recall | forget
teach teaching instruct | learn study
buy purchase | sell
give giving offer provide | take receive withhold
send export output | receive import input
ask question | answer reply
push | pull
build create make construct | destroy dismantle delete break
add adding | remove subtract drop
join enter arrive | leave quit exit depart
agree | disagree
succeed success successful | fail failure unsuccessful
present current currently | former previous past absent
formal | informal casual
theory theoretical | practice practical
manual manually | automatic automated
full whole entire complete | partial empty incomplete
half | third quarter double
hundreds | thousands millions dozens
daily | weekly monthly yearly annually
day | night
morning | evening
indoors | outdoors
local on-site onsite | remote
permanent lasting lifelong | temporary short-term fleeting
stable steady predictable | unstable volatile unpredictable erratic
certain sure | uncertain unsure doubtful
visible obvious evident | invisible hidden obscure
active busy | passive idle
rich wealthy | poor
popular liked respected | unpopular disliked
common widespread usual typical | rare unusual exceptional uncommon
general generalist | special specialist specialised specialized
technical | non-technical nontechnical
hire hired recruit | fire fired dismiss
employed | unemployed jobless
allowed legal lawful | illegal forbidden banned
direct directly | indirect indirectly
near close nearby | far distant remote
upward | downward
before | afterwards
major main primary | minor secondary
maximum most | minimum least
calm quiet relaxed | stressful hectic noisy loud
flexible | rigid inflexible fixed
independent independently autonomous | dependent supervised
friendly kind patient | unfriendly hostile impatient
useful helpful valuable worthwhile | useless worthless pointless unhelpful
interesting exciting | boring dull tedious
optimistic | pessimistic
ahead | behind
underestimate undervalue | overestimate overvalue exaggerate
shorten reduce cut trim | lengthen extend prolong increase
speed accelerate hasten | slow delay postpone
apply use | avoid skip ignore
attract draw | repel deter
share open | conceal hide withhold
win | lose
pass | fail
voluntary | compulsory obligatory mandatory
qualified | unqualified
experienced | inexperienced
finished done completed | unfinished ongoing
understaffed short | overstaffed surplus
shortage scarcity lack | surplus glut abundance
expand | reduce
upper | lower
written | spoken verbal oral
alive | dead
mature | immature
plus positive | minus negative
proactive | reactive
raise lift boost | lower reduce cut weaken
willing willingly readily eager glad | reluctant reluctantly unwilling grudging
soon sooner soonest early | late later last
compulsory obligatory mandatory required | optional voluntary
inside internal within | outside elsewhere external another
longer | shorten
slower longer | faster quicker sooner
appear arise | disappear vanish
merge join share shared together | separate separately apart
translate change rewrite swap replace | keep retain
flat stagnant | growing rapidly booming growth
book arrange schedule | postpone cancel delay open
know known familiar | unfamiliar unknown new strange
team group other people | alone own
"""

_OPPOSITES = tuple(
    (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
    for one, other in (line.split("|") for line in _PAIRS.strip().splitlines())
)


@lru_cache(maxsize=20_000)
def opposites_of(part: str) -> frozenset[str]:
    """The stems of the words that say the opposite of a stem's."""
    found: set[str] = set()
    for one, other in _OPPOSITES:
        if part in one:
            found |= other
        if part in other:
            found |= one
    return frozenset(found)
