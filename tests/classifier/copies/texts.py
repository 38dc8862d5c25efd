"""Three posts that share nothing, to be copied."""

GARDEN = (
    "My tomatoes went brown at the bottom again this year, although I watered them every single evening. "
    "A neighbour says it is the lime in our tap water, the man in the shop swears by eggshells."
)
TRAINS = (
    "Nobody who has ever changed trains at that station in January would call the new timetable an improvement. "
    "Twelve minutes on an open platform, then a bus."
)
KETTLE = "The handle of mine came off after three weeks and the seller simply stopped answering my letters."
