/** Whether a field or header is called like one whose value is a credential. */
export function namesCredential(name: string): boolean {
  return /(authorization|cookie|token|passw(or)?d|credentials?|api[-_]?key|client[-_]?secret)$/i.test(name);
}
