/** Text that stands in a table cell as it is. */
export function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

/** Text as code in a table cell: no backtick of its own can end it early. */
export function code(text: string): string {
  const flat = cell(text);
  return flat.includes('`') ? `\`\` ${flat} \`\`` : `\`${flat}\``;
}

/** A table; cells are written as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A generated page: says so first, ends in one line feed. */
export function page(title: string, parts: readonly string[]): string {
  const note = '<!-- Written by `npm run generate`. Change what it is made from, not this file. -->';
  return `${[`# ${title}`, note, ...parts].join('\n\n')}\n`;
}
