/** A template that does not compile. The message says what was wrong and what to write instead. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  /** Where in the template's source, in UTF-16 code units from its start. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
