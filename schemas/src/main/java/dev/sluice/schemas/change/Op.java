package dev.sluice.schemas.change;

/** What happened to a row; the letters are Debezium's. */
public enum Op {
  CREATE("c"),
  UPDATE("u"),
  DELETE("d"),
  /** A row read by the copier. */
  READ("r");

  private final String letter;

  Op(String letter) {
    this.letter = letter;
  }

  public String letter() {
    return letter;
  }

  /**
   * The operation of a letter.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Op of(CharSequence letter) {
    if (letter.length() == 1) {
      switch (letter.charAt(0)) {
        case 'c':
          return CREATE;
        case 'u':
          return UPDATE;
        case 'd':
          return DELETE;
        case 'r':
          return READ;
        default:
          break;
      }
    }
    throw new IllegalArgumentException("unknown op \"" + letter + "\"");
  }
}
