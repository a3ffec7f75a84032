// Small helpers; every page works without them.
import { attachFiles } from "./js/attach.js";
import { saveByItself } from "./js/autosave.js";
import { followConditions } from "./js/conditions.js";
import { countCharacters } from "./js/count.js";
import { runCountdowns } from "./js/countdown.js";
import { followWork } from "./js/follow.js";
import { guardUnsaved } from "./js/guard.js";
import { closeMenus } from "./js/menu.js";
import { revealPasswords } from "./js/password.js";
import { makeRankings } from "./js/ranking.js";
import { focusSummary } from "./js/summary.js";
import { showTries } from "./js/try.js";
import { showUploads } from "./js/upload.js";

focusSummary();
closeMenus();
countCharacters();
runCountdowns();
revealPasswords();
showUploads();
makeRankings();
guardUnsaved();
followConditions();
followWork();
attachFiles();
saveByItself();
showTries();
