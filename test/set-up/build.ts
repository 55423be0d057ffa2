import { ensureBuilt } from "../../scripts/build.mjs";
import { ensureInstalled } from "../../scripts/install.mjs";

/** Type errors are a step of their own in `npm test`; here the code is built in spite of them. */
export default async function setUp(): Promise<void> {
  const root = new URL("../../", import.meta.url);
  await ensureInstalled(root);
  await ensureBuilt(root, { keepGoing: true });
}
