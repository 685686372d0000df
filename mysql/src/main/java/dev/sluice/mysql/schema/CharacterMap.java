package dev.sluice.mysql.schema;

import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A character set as the server itself converts it: which bytes stand for which character, as far
 * as the character is turned into the same bytes again. Programs disagree about many character sets
 * (Java's latin1 lacks five bytes of MySQL's), so only the server's own word counts. For sets in
 * which no character's bytes are the beginning of another's, and the line feed is one byte: all
 * those of MySQL but the Unicode ones. Immutable.
 */
public final class CharacterMap {

  /** Characters asked for by one statement, which then has about 70 KB. */
  private static final int BLOCK = 8_192;

  private static final char SEPARATOR = '\n';
  private static final int LONGEST = 4;

  /** The four-byte codes of gb18030 that stand for the characters beyond 16 bits, in order. */
  private static final long GB18030_BEYOND = 0x90308130L;

  private final String charset;
  private final Map<Long, Integer>[] byLength;
  private final int[] single = new int[256];
  private final int[] pairs = new int[1 << 16];

  @SuppressWarnings({"unchecked", "rawtypes"})
  private CharacterMap(String charset) {
    this.charset = charset;
    this.byLength = new Map[LONGEST + 1];
    for (int i = 3; i <= LONGEST; i++) {
      byLength[i] = new HashMap<>();
    }
    Arrays.fill(single, -1);
    Arrays.fill(pairs, -1);
    single[SEPARATOR] = SEPARATOR;
  }

  /** Asks the server, some dozen statements of a few milliseconds. */
  public static CharacterMap read(Connection connection, String charset) throws SQLException {
    CharacterMap map = new CharacterMap(charset);
    List<Integer> block = new ArrayList<>(BLOCK);
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      if (c != SEPARATOR && !Character.isSurrogate((char) c)) {
        block.add(c);
      }
      if (block.size() == BLOCK || c == Character.MAX_VALUE) {
        map.add(connection, block);
        block.clear();
      }
    }
    return map;
  }

  /** Characters there and back: what comes back as another character has no bytes of its own. */
  private void add(Connection connection, List<Integer> characters) throws SQLException {
    List<byte[]> texts = characters.stream().map(CharacterMap::utf8).toList();
    List<byte[]> codes = converted(connection, texts, "utf8mb4", charset);
    List<byte[]> back = converted(connection, codes, charset, "utf8mb4");
    for (int i = 0; i < codes.size(); i++) {
      int character = characters.get(i);
      if (Arrays.equals(back.get(i), texts.get(i)) && codes.get(i).length <= LONGEST) {
        put(codes.get(i), character);
      }
    }
  }

  private static List<byte[]> converted(
      Connection connection, List<byte[]> texts, String from, String to) throws SQLException {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] text : texts) {
      joined.writeBytes(text);
      joined.write(SEPARATOR);
    }
    String hex =
        Queries.text(
                connection,
                "SELECT HEX(CONVERT(CONVERT("
                    + Literals.bytes(joined.toByteArray())
                    + " USING "
                    + from
                    + ") USING "
                    + to
                    + "))")
            .orElseThrow(() -> new SQLException("the server cannot convert " + from + " to " + to));
    List<byte[]> parts = split(HexFormat.of().parseHex(hex));
    if (parts.size() != texts.size()) {
      throw new SQLException(
          texts.size() + " characters of " + from + " became " + parts.size() + " of " + to);
    }
    return parts;
  }

  private static List<byte[]> split(byte[] joined) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < joined.length; i++) {
      if (joined[i] == SEPARATOR) {
        parts.add(Arrays.copyOfRange(joined, from, i));
        from = i + 1;
      }
    }
    return parts;
  }

  private static byte[] utf8(int character) {
    return Character.toString(character).getBytes(StandardCharsets.UTF_8);
  }

  private static long number(byte[] code) {
    long number = 0;
    for (byte b : code) {
      number = number << 8 | b & 0xff;
    }
    return number;
  }

  private void put(byte[] code, int character) {
    int number = (int) number(code);
    switch (code.length) {
      case 1 -> single[number] = character;
      case 2 -> pairs[number] = character;
      default -> byLength[code.length].put(number(code), character);
    }
  }

  /**
   * The text that the bytes stand for.
   *
   * @return empty when some of them stand for no character, or for one that the server would turn
   *     into other bytes
   */
  public Optional<String> decode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int length = 1;
      int character = single[bytes[at] & 0xff];
      while (character < 0 && length < LONGEST && at + length < bytes.length) {
        length++;
        character = characterOf(bytes, at, length);
      }
      if (character < 0) {
        return Optional.empty();
      }
      text.appendCodePoint(character);
      at += length;
    }
    return Optional.of(text.toString());
  }

  private int characterOf(byte[] bytes, int at, int length) {
    long code = 0;
    for (int i = at; i < at + length; i++) {
      code = code << 8 | bytes[i] & 0xff;
    }
    if (length == 2) {
      return pairs[(int) code];
    }
    if (length == LONGEST && charset.equals("gb18030") && code >= GB18030_BEYOND) {
      return beyond(bytes, at);
    }
    return byLength[length].getOrDefault(code, -1);
  }

  private static int beyond(byte[] bytes, int at) {
    int[] digits = {
      (bytes[at] & 0xff) - 0x90,
      (bytes[at + 1] & 0xff) - 0x30,
      (bytes[at + 2] & 0xff) - 0x81,
      (bytes[at + 3] & 0xff) - 0x30
    };
    boolean wellFormed =
        digits[1] >= 0
            && digits[1] < 10
            && digits[2] >= 0
            && digits[2] < 126
            && digits[3] >= 0
            && digits[3] < 10;
    int character = 0x10000 + ((digits[0] * 10 + digits[1]) * 126 + digits[2]) * 10 + digits[3];
    return wellFormed && Character.isValidCodePoint(character) ? character : -1;
  }
}
