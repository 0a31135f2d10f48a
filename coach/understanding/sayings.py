"""What people say that is no question about careers. Data only; patterns run over folded text."""

from __future__ import annotations

import re

from coach.understanding.patterns import any_of

DISTRESS = any_of(
    r"kill myself",
    r"(?<!career )(?<!political )(?<!social )suicid\w+",
    r"end (?:my life|it all)",
    r"self[- ]harm",
    r"hurt(?:ing)? myself",
    r"want to die",
    r"wanna die",
    r"don'?t want to (?:live|be alive|be here anymore|go on)",
    r"no (?:reason|point) (?:to|in) (?:live|living)",
    r"can'?t go on",
    r"better off (?:dead|without me)",
    r"(?:don'?t|do not) want to wake up",
    r"(?:nobody|no one|noone) would (?:notice|care|miss me)(?: if i| when i)?",
    r"(?:what'?s|what is) the point (?:of|in) (?:anything|living|going on|being here|trying|learning anything)",
    r"(?:no|any|see no|what'?s the) (?:point|reason|sense) (?:in |to |of )?(?:going on|go on|living|live|life|anything)",
    r"(?:took|take|taking|swallowed) (?:\w+ ){0,4}?(?:pills|tablets|overdose)",
    r"overdos\w+",
    r"(?:i am|i'm|im|feel|feeling|been) (?:so |very |really |too |deeply )?(?:depressed|desperate(?! (?:for|to)\b))",
    r"jump(?:ing)? (?:off|in front of|(?:from|out of) (?:a|the|my|this|that) (?:\w+ )?(?:bridge|roof|building|window|balcony|cliff|floor|tower))",
    r"(?:end|ending) it(?: all)?",
    r"life (?:is|feels) (?:not worth|worthless|pointless)",
    r"(?:feel|feeling|am|i'm) (?:so |completely |totally |utterly )?(?:hopeless|worthless|suicidal)",
    r"not worth living",
    r"can'?t take (?:it|this) any ?more",
    r"(?:cut|cutting|harm|harming) myself(?! (?:some|a) )",
    r"panic attacks?",
    r"having a breakdown(?! of)",
)
INJECTION = any_of(
    r"(?:ignore|disregard|forget|override|bypass|skip) (?:\w+ ){0,5}?(?:instructions?|rules?|prompts?|guidelines?|directions?|guardrails?|guides?|restrictions?|filters?)",
    r"(?:system|hidden|initial|secret|original|developer) (?:prompt|instructions?|message)",
    r"(?:reveal|print|show|repeat|output|leak) (?:\w+ ){0,4}?(?:prompt|instructions|system message|api key|secrets?|passwords?)",
    r"you are (?:now|no longer)",
    r"(?:pretend|act|behave|roleplay|role-play) (?:to be|as if|as though|as an?|like) (?:\w+ ){0,4}?(?:unrestricted|evil|dan|jailbroken|hacker|pirate|different|without|another|no )",
    r"jailbreak\w*",
    r"developer mode",
    r"do anything now",
    r"dan mode",
    r"new (?:instructions?|rules?|system prompt)",
    r"(?:sudo|admin) mode",
    r"say (?:exactly|only|the words?)",
    r"(?:answer|reply|respond) (?:only )?with (?:only )?(?:the word|exactly|\"|')",
    r"without (?:any )?(?:citations?|checking|sources|restrictions)",
    r"api keys?",
    r"pretend (?:that )?(?:the|you|to|it)",
    r"from now on",
    r"leave out (?:\w+ ){0,2}?(?:sources?|citations?)",
)
GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|yo|howdy|greetings|hallo|(?:good )?(?:morning|afternoon|evening)|good day|what'?s up|sup|there|coach|all|everyone|bot|again|friend|how are (?:you|u)(?: doing)?|today|nice to meet you|to you(?: all| too)?|to (?:all|everyone)|and a|mate|man|folks|guys|buddy|dear)(?: |$))+$"
)
THANKS = re.compile(
    r"^(?:(?:ok|okay|great|perfect|cool|awesome|nice|wow|super|good|alright|oh|ah|amazing|that'?s|this|is|was|it|very|really|so|much|helpful|helped|helps|useful|many|a lot|lots|for|the|your|help|info|information|answer|advice|got|understood|makes sense|all|i|see|you|coach|thank|thanks|thx|ty|cheers|appreciate|appreciated|sounds|clear|brilliant|excellent|lovely|that|kind|of|(?:nice|good) one|man|mate|buddy|dude|pal|folks|guys|tysm|ta|fantastic|wonderful|legend|noted|gotcha|fair enough|again)(?: |$))+$"
)
FAREWELL = re.compile(
    r"^(?=.*\b(?:bye|goodbye|night|farewell|care|ciao|bed|later|tomorrow|soon|have a (?:nice|good|great))\b)"
    r"(?:(?:right|ok|okay|thanks|thank you|alright|well|great|cool|perfect|and|bye|goodbye|see|speak|talk|chat|to|you|ya|good night|farewell|take care|ciao|cu|have a|nice|good|great|day|evening|weekend|one|later|soon|tomorrow|for now|then|coach|off to bed|i'?m|too)(?: |$))+$"
)
CAPABILITIES = re.compile(
    r"\b(?:what (?:can|could|do) (?:you|u)(?: \w+)? (?:do|help|offer|know|answer)|what (?:can|could|should|may) i ask|how (?:do|can|does) (?:you|this|it) (?:work|help)|who are (?:you|u)|what are (?:you|u)\b|what languages? (?:do|can|are)|what is this\b(?! (?:guide|path|course|book|phase))|are you (?:a |an )?(?:human|bot|robot|ai|real|person|chatbot|machine)|help me$|^help$|how does this (?:work|chat)|(?:which|what|how many) (?:\w+ )?(?:guides?|paths?|pathways|moves|careers|transitions|topics|roles) (?:\w+ ){0,3}?(?:have|know|cover|covered|support|available|there|offer|exist)|your (?:name|purpose)|tell me about yourself|list (?:all )?(?:the |your )?(?:guides|pathways|paths))"
)
