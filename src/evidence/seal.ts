/** What the committee's page says of one signature. */
export interface SignatureMark {
  /** As the memo spells it: "Physician". */
  readonly role: string;
  readonly by: string;
  readonly meaning: "approve" | "reject" | "review";
  /** UTC with milliseconds. */
  readonly time: string;
  /** SHA-256 of the person's public key, in hexadecimal. */
  readonly fingerprint: string;
}

/** Who signed a dossier, and the ledger that holds the signatures. */
export interface SealMarks {
  /** In the order in which they were given. */
  readonly signatures: readonly SignatureMark[];
  readonly ledger: { readonly origin: string; readonly size: number; readonly root: string };
}
