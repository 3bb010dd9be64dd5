"""The one door to files, and what lists show of them. tests/test_desk_access.py keeps every other desk module from
reading files by another way."""

from __future__ import annotations

from bot.agreements.reading import Item as Item
from bot.agreements.reading import Sent as Sent
from bot.desk.access.admitting import count_unseen as count_unseen
from bot.desk.access.door import LOOK_LASTS as LOOK_LASTS
from bot.desk.access.door import Moved as Moved
from bot.desk.access.door import Shut as Shut
from bot.desk.access.door import open_file as open_file
from bot.desk.access.lists import UNMARKED as UNMARKED
from bot.desk.access.lists import count_signals as count_signals
from bot.desk.access.lists import count_tasks as count_tasks
from bot.desk.access.lists import open_calendar as open_calendar
from bot.desk.access.lists import open_inbox as open_inbox
from bot.desk.access.lists import open_news as open_news
from bot.desk.access.lists import open_signals as open_signals
from bot.desk.access.lists import open_tasks as open_tasks
from bot.desk.access.lists import open_unmarked as open_unmarked
from bot.desk.access.opened import MESSAGES as MESSAGES
from bot.desk.access.opened import File as File
from bot.desk.listed import Booked as Booked
from bot.desk.listed import Inbox as Inbox
from bot.desk.listed import Listed as Listed
