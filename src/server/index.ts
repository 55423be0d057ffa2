export { type RunningServer, type ServeOptions, serveDossier } from "./serve-dossier.ts";
