/** The text of a style sheet, put in by the build. */
declare module '*.css' {
  const text: string;
  export default text;
}
