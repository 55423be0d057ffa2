/**
 * The name of an element for an id of the dossier: `performance.auc@60mo/age:80+` stays as it is.
 *
 * Characters that an HTML id or the fragment of a URL cannot hold are written as `~`, their code in
 * hexadecimal and `~`. Two ids never share an anchor, because `~` itself is written so.
 */
export function anchorOf(id: string): string {
  return id.replace(/[^\w.@/:+-]/gu, (character) => `~${character.codePointAt(0)!.toString(16)}~`);
}
