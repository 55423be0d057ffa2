import type { Dossier } from "../evidence/dossier.ts";
import { amendedValue } from "../evidence/given-fields.ts";
import type {
  Acknowledgement,
  ActWithoutReceipt,
  Amendment,
  EarlierVerdict,
  LedgerEntry,
  ProtocolLock,
  ReplacedFile,
} from "../evidence/trail.ts";
import { scrollable } from "./data-table.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { absent, section } from "./section.ts";

/** Who locked the protocol and when, every change since with before and after, and who read the data report. */
export function protocolSection(
  { trail, protocolSha256 }: Pick<Dossier, "trail" | "protocolSha256">,
  numbers: Pick<Numbers, "phrase">,
): Html {
  const { lock, amendments, acknowledgement, voided, withoutReceipt, replaced, earlier } = trail;
  const { entry, reason, qualitySha256 } = acknowledgement;
  const isElsewhere = withoutReceipt.some(({ kind }) => kind === "lock");
  return section("protocol", {
    aside: "Who decided what, and when. Each act has its entry in a ledger.",
    content: [
      lock === null
        ? absent(`${isElsewhere ? "No receipt of a lock" : "Not locked"}. SHA-256 ${protocolSha256}.`)
        : locked(lock),
      amendments.map((amendment, i) => amended(amendment, i, numbers)),
      html`<p class="prose">Data report acknowledged ${moment(entry)} by ${entry.by}: ${reason}
<span class="sub mono">sha256 ${qualitySha256}; ${entryText(entry)}</span></p>`,
      voided.map((one) => voidSince(one, acknowledgement)),
      withoutReceipt.map(unshown),
      replaced.map(otherFile),
      earlier.map((one) => otherVerdict(one, protocolSha256)),
    ],
  });
}

function locked({ entry, outcomes, protocolSha256 }: ProtocolLock): Html {
  return html`<p class="prose">Locked ${moment(entry)} by ${entry.by}; ${outcomes}.
<span class="sub mono">sha256 ${protocolSha256}; ${entryText(entry)}</span></p>`;
}

/** Results were opened on another data report, before or after: that person saw other data, or another population. */
function voidSince({ entry, reason, qualitySha256 }: Acknowledgement, holds: Acknowledgement): Html {
  return html`<p class="prose">Another data report acknowledged ${moment(entry)} by ${entry.by}: ${reason}
<span class="sub">Void: data, population, endpoint or declared variables are no longer those of that report; the
acknowledgement of ${moment(holds.entry)} holds.</span>
<span class="sub mono">sha256 ${qualitySha256}, void since it became ${holds.qualitySha256}; ${entryText(entry)}</span></p>`;
}

/** An act that only the ledger tells of. */
function unshown({ kind, entry, sha256 }: ActWithoutReceipt): Html {
  const what = { lock: "Lock", amendment: "Amendment", acknowledgement: "Acknowledgement" }[kind];
  return html`<p class="prose">${what} of ${moment(entry)} by ${entry.by}: in the ledger, without a receipt in the study.
<span class="sub mono">sha256 ${sha256}; ${entryText(entry)}</span></p>`;
}

function otherFile({ role, entry, resultsOpened, isFirstAgain, before, now }: ReplacedFile): Html {
  const name = role === "development" ? "development table" : role === "model" ? "model file" : role;
  const act = resultsOpened ? "Results were opened" : `${entry.by} acknowledged a data report`;
  return html`<p class="prose">${act} ${moment(entry)} on another file of ${name}: ${before.name}, since replaced by
${now.name}${isFirstAgain ? ", the first one again" : ""}.
<span class="sub mono">sha256 ${before.sha256} then, ${now.sha256} now; ${entryText(entry)}</span></p>`;
}

function otherVerdict({ entry, protocolSha256: before, verdict }: EarlierVerdict, now: string): Html {
  const protocol = before === now ? "this protocol" : "another protocol";
  return html`<p class="prose">Evaluated before, ${moment(entry)}, under ${protocol}: ${verdict}.
<span class="sub mono">protocol sha256 ${before}; ${entryText(entry)}</span></p>`;
}

function amended(amendment: Amendment, place: number, { phrase }: Pick<Numbers, "phrase">): Html {
  const { entry, outcomes, reason, protocolSha256, changes } = amendment;
  const cell = (value: string | null): Html =>
    value === null ? html`<em>absent</em>` : phrase(amendedValue(place, value));
  const rows = changes.map(
    ({ path, before, after }) =>
      html`<tr><th scope="row" class="mono">${path}</th><td>${cell(before)}</td><td>${cell(after)}</td></tr>`,
  );
  const table =
    changes.length === 0
      ? absent("No field changed; comments or white space did.")
      : scrollable(
          `Amendment ${place + 1}`,
          html`<table><thead><tr><th scope="col">Field</th><th scope="col">Before</th><th
scope="col">After</th></tr></thead><tbody>${rows}</tbody></table>`,
        );
  return html`<h3>Amendment ${place + 1}</h3><p class="prose">${moment(entry)} by ${entry.by}; ${outcomes}.
Reason: ${reason} <span class="sub mono">sha256 ${protocolSha256}; ${entryText(entry)}</span></p>${table}`;
}

/** "2026-11-21 09:54 UTC" */
function moment({ time }: LedgerEntry): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

function entryText({ ledger, index, leaf }: LedgerEntry): string {
  return `entry ${index} of ${ledger}, leaf ${leaf}`;
}
