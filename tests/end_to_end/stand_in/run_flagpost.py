"""`flagpost` against the stand-in whose address is the first argument; the rest are flagpost's own.

With `--hurry` before them, what would be tried again in some seconds is tried again in one.
"""

import functools
import sys

import discord
import yarl

url = sys.argv.pop(1)
discord.http.Route.BASE = f"{url}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url}/gateway")
# The stand-in sends all of its servers at once: there is no need to wait for stragglers.
discord.Client.__init__ = functools.partialmethod(discord.Client.__init__, guild_ready_timeout=0.1)  # type: ignore

if __name__ == "__main__":
    if sys.argv[1] == "--hurry":
        del sys.argv[1]
        import bot.app
        import bot.store.database

        bot.app.FlagpostBot.keep_up.change_interval(seconds=1)
        bot.store.database.BUSY_SECONDS = 0.2
    from bot.cli.main import main

    main()
