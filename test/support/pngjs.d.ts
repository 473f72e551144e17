declare module 'pngjs' {
  /** A picture as rows of red, green, blue and alpha bytes. */
  export interface PNG {
    width: number;
    height: number;
    data: Uint8Array;
  }
  export const PNG: {
    sync: {
      read(bytes: Uint8Array): PNG;
      write(picture: PNG, options?: { colorType: number }): Uint8Array;
    };
  };
}
