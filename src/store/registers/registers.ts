import type { Register } from "./register.ts";

const registered: readonly Register[] = [
  {
    name: "portfolio",
    title: "Portfolio",
    about: "Every model that was proposed, who drove it, and what was decided.",
    fields: {
      model: { kind: "text", about: "name and version" },
      "driven-by": {
        kind: "choice",
        levels: ["product", "clinical", "research", "operations", "vendor"],
        about: "whose proposal it was",
      },
      decision: {
        kind: "choice",
        levels: ["proposed", "approved", "rejected", "deferred", "retired"],
        about: "what was decided last",
      },
    },
    shares: ["driven-by", "decision"],
  },
  {
    name: "constraints",
    title: "Constraints",
    about: "What a solution may not break: law, contract, workflow, capacity.",
    fields: {
      constraint: { kind: "text", about: "what may not happen, or must" },
      source: { kind: "text", about: "who or what sets it" },
    },
  },
  {
    name: "conflicts",
    title: "Conflicts",
    about: "Two interests that could not both be met, and how it was resolved.",
    fields: {
      conflict: { kind: "text", about: "the two interests" },
      resolution: { kind: "text", optional: true, about: "what was done; left out while it is open" },
    },
  },
  {
    name: "escalations",
    title: "Escalations",
    about: "What was carried to someone with more authority.",
    fields: {
      matter: { kind: "text", about: "what could not be settled" },
      "escalated-to": { kind: "text", about: "role or person" },
      outcome: { kind: "text", optional: true, about: "what came of it; left out while it is open" },
    },
  },
  {
    name: "guideline-changes",
    title: "Guideline changes",
    about: "Dated changes of clinical guidelines, and the endpoints that they move.",
    fields: {
      guideline: { kind: "text", about: "its name" },
      version: { kind: "text", about: "the version that came into force" },
      "affected-endpoints": { kind: "text", about: "endpoints or labels whose meaning changes" },
    },
  },
  {
    name: "policy-changes",
    title: "Policy changes",
    about: "Dated changes of payment, law or hospital policy, and their effect.",
    fields: {
      policy: { kind: "text", about: "its name" },
      effect: { kind: "text", about: "what it changes here" },
    },
  },
  {
    name: "post-mortems",
    title: "Post-mortems",
    about: "Models and projects that ended, with the cause that ended them.",
    fields: {
      project: { kind: "text", about: "what ended" },
      cause: {
        kind: "choice",
        levels: ["friction", "data", "model", "governance"],
        about: "the first cause",
      },
    },
    shares: ["cause"],
  },
  {
    name: "shadowing",
    title: "Shadowing",
    about: "Hours spent watching the work that a model is to change.",
    fields: {
      role: { kind: "text", about: "who was watched: a role, never a name" },
      site: { kind: "text", about: "where" },
      shift: { kind: "choice", levels: ["day", "evening", "night"], about: "when" },
      hours: { kind: "hours", about: "how long, in hours" },
      findings: { kind: "text", about: "what was seen" },
    },
    shares: ["shift"],
    sums: ["hours"],
  },
  {
    name: "workarounds",
    title: "Workarounds",
    about: "What people do when the system does not let them work.",
    fields: {
      trigger: { kind: "text", about: "the outage, timeout or form that causes it" },
      step: { kind: "text", about: "what is done instead" },
      "times-per-week": { kind: "count", about: "how often" },
    },
  },
  {
    name: "merged-requests",
    title: "Merged requests",
    about: "Requests that were met by one piece of work.",
    fields: {
      request: { kind: "text", about: "what was asked for" },
      "merged-into": { kind: "text", about: "the request that covers it" },
    },
  },
  {
    name: "refusals",
    title: "Decisions to say no",
    about: "What was asked for and not done.",
    fields: {
      request: { kind: "text", about: "what was asked for" },
      "asked-by": { kind: "text", about: "role or person" },
    },
  },
  {
    name: "claims",
    title: "Claims",
    about: "Figures that others state, with what is known of their truth.",
    fields: {
      claim: { kind: "text", about: "the statement with its figure" },
      source: { kind: "text", about: "who states it, and where" },
      status: {
        kind: "choice",
        levels: ["unverified", "verified", "refuted"],
        about: "what checking it has shown",
      },
    },
    shares: ["status"],
  },
  {
    name: "risks",
    title: "Risks",
    about: "What may go wrong with the organisation: law, audit, money, trust.",
    fields: {
      risk: { kind: "text", about: "what may happen" },
      type: {
        kind: "choice",
        levels: ["regulatory citation", "legal", "financial", "operational", "trust"],
        about: "its type",
      },
      mitigation: { kind: "text", about: "what is done against it" },
    },
    shares: ["type"],
  },
  {
    name: "harms",
    title: "Harms",
    about: "What may happen to a patient, across studies; a study's own harms stand in its protocol.",
    fields: {
      scenario: { kind: "text", about: "what happens to the patient" },
      category: {
        kind: "choice",
        levels: ["delayed trial", "inaccurate endpoint", "compromised trust", "missed event", "other"],
        about: "its category",
      },
      severity: {
        kind: "choice",
        levels: ["minor", "moderate", "major", "catastrophic"],
        about: "how bad it is",
      },
      likelihood: { kind: "choice", levels: ["rare", "occasional", "frequent"], about: "how often" },
      detection: { kind: "text", about: "how it would be noticed" },
      mitigation: { kind: "text", about: "what is done against it" },
    },
    shares: ["category"],
  },
  {
    name: "fallbacks",
    title: "Fallback documents",
    about: "What is done while the model is down, by version, and when it was last practised.",
    fields: {
      document: { kind: "text", about: "its name" },
      version: { kind: "text", about: "its version" },
      "last-drill": { kind: "day", optional: true, about: "when it was last practised" },
    },
  },
  {
    name: "data-use-agreements",
    title: "Data use agreements",
    about: "Which data may be used, for what, and until when.",
    fields: {
      agreement: { kind: "text", about: "its name" },
      purpose: { kind: "text", about: "what the data may be used for" },
      expiry: { kind: "day", about: "the last day on which it holds" },
      "permitted-fields": { kind: "text", about: "fields, separated by commas" },
    },
  },
  {
    name: "debt",
    title: "Technical debt",
    about: "What was built to be replaced, and what it costs until then.",
    fields: {
      debt: { kind: "text", about: "what has to be replaced" },
      cost: { kind: "text", about: "what it costs while it stays" },
      "repay-by": { kind: "day", about: "when it is to be gone" },
    },
  },
];

/** Every register, by the name that is typed. */
export const registers: ReadonlyMap<string, Register> = new Map(
  registered.map((register) => [register.name, register]),
);
