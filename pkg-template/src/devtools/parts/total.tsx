/** A number with its name, in a list of totals. */
export function Total({ name, value, id }: { name: string; value: string | number; id: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={id}>{value}</dd>
    </div>
  );
}
