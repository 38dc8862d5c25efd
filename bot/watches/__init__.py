"""What the running bot looks after from time to time, one file a thing; each says to staff what they have to know."""
