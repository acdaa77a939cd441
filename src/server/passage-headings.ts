/** What stands above a passage, outermost first: a title that is no heading of the document (of front matter, say) comes before its headings. */
export function passageHeadings({
  title,
  headingPath,
}: {
  readonly title: string;
  readonly headingPath: readonly string[];
}): string {
  return (headingPath[0] === title ? headingPath : [title, ...headingPath]).join(' > ');
}
