export function classes(): {
  file: string;
  name: string;
  members: number;
  base: string | undefined;
}[];
