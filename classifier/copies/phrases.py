"""What many members write alike without copying each other: phrases, greetings, signatures, forms and logs."""

STOCK_PHRASES = (
    "I could not agree more with what has been said so far.",
    "To be honest, I don't think that is the answer to the question you asked.",
    "Correct me if I'm wrong, but as far as I know that is not how it works.",
    "At the end of the day it all comes down to personal preference.",
    "Please use the search function before you open a new thread.",
    "Could you post a screenshot and tell us which version you are using?",
    "Have you tried turning it off and on again?",
    "I'm sorry, but I have no idea what you are talking about.",
    "Thanks for taking the time to reply, I really appreciate it.",
    "Just my two cents, feel free to disagree with me.",
    "You are entitled to your own opinion but not to your own facts.",
    "As I have already said several times in this thread,",
    "If you don't like it then don't read it, it's as simple as that.",
    "Does anyone know if there is a way to fix this problem?",
    "What does any of this have to do with the topic of this thread?",
    "There is a world of difference between those two things.",
    "I have been wondering about exactly the same thing for a while now.",
    "Let us agree to disagree on this one and move on.",
)

GREETINGS = (
    "Hi everyone, first time poster here, long time reader.",
    "Hello all, I'm new to this forum so please be gentle with me.",
    "Hey guys, hope you are all having a great weekend.",
    "Good morning everybody and thank you for letting me join.",
    "Sorry if this is in the wrong section, mods please move it if it is.",
    "Welcome to the forum! Please read the rules and introduce yourself.",
)

SIGNATURES = (
    "Thanks in advance for any help, and have a nice day.",
    "Sent from my phone, please excuse the typos and the brevity.",
    "Kind regards from the sunny south, and keep the rubber side down.",
    "EDIT: thanks for all the answers, I did not expect so many.",
    "EDIT 2: spelling, grammar, and a link that did not work.",
    "The opinions above are my own and not those of my employer.",
    "If my post was of any help to you, please mark it as the solution.",
    "Life is what happens to you while you are waiting for the parts to arrive.",
)

FORMS = (
    ("What I expected to happen:", "What happened instead:", "Steps to reproduce the problem:", "Version and system:"),
    ("Name and where you are from:", "How did you find this forum?", "Tell us something about yourself:"),
    ("Item for sale and its condition:", "Asking price and shipping:", "Reason for selling the item:"),
    ("What are you reading at the moment?", "What did you finish this week?", "Would you recommend it to others?"),
    ("Budget including the monitor:", "What will you use the computer for?", "Parts you already have:"),
    ("Age and years of experience:", "Why do you want to join our team?", "When are you online most days?"),
)
"""Headings that every answer to a template repeats, each followed by the member's own words."""

LOG_LINES = (
    "[{number:>6}.0{number}] {word}: failed to read block {number} (error -{number})",
    '  File "/usr/lib/{word}/{word}.py", line {number}, in _{word}',
    "2031-04-{number:02} 10:22:{number:02} WARN {word}.service: timeout after {number} ms",
    "    at org.example.{word}.{word}Handler.run({word}.java:{number})",
    "{word}_count = {number}; if ({word} > 0) {{ return {word}[{number}]; }}",
    "E: {word}-dev: Depends: lib{word} (>= {number}.2) but it is not installable",
)
"""Lines of code and of logs, such as those who ask for help paste."""
