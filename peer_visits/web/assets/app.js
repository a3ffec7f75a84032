// Small helpers; every page works without them.
import { countCharacters } from "./js/count.js";
import { runCountdowns } from "./js/countdown.js";
import { guardUnsaved } from "./js/guard.js";
import { closeMenus } from "./js/menu.js";
import { revealPasswords } from "./js/password.js";
import { makeRankings } from "./js/ranking.js";
import { focusSummary } from "./js/summary.js";
import { showUploads } from "./js/upload.js";

focusSummary();
closeMenus();
countCharacters();
runCountdowns();
revealPasswords();
showUploads();
makeRankings();
guardUnsaved();
