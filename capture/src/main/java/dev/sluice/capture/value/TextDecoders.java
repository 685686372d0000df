package dev.sluice.capture.value;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.schema.CharacterMap;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.util.Utf8;

/**
 * Texts out of the bytes that columns hold, for both ways of reading: the one place where a
 * character set is decoded. Immutable, thread-safe.
 */
public final class TextDecoders {

  private static final Map<String, Charset> UNICODE =
      Map.of(
          "ucs2", StandardCharsets.UTF_16BE,
          "utf16", StandardCharsets.UTF_16BE,
          "utf16le", StandardCharsets.UTF_16LE,
          "utf32", Charset.forName("UTF-32BE"));

  private final Map<String, CharacterMap> maps;

  private TextDecoders(Map<String, CharacterMap> maps) {
    this.maps = maps;
  }

  /** Decoders of the Unicode character sets, which need no server. */
  public static TextDecoders ofUnicode() {
    return new TextDecoders(Map.of());
  }

  /** Decoders for every column of the tables; asks the server about character sets of its own. */
  public static TextDecoders read(
      MySqlSessions sessions, Endpoint server, Collection<TableSchema> tables) {
    Map<String, CharacterMap> maps = new HashMap<>();
    for (TableSchema table : tables) {
      for (ColumnSchema column : table.columns()) {
        if (readAsBytes(column) && !UNICODE.containsKey(column.charset())) {
          maps.put(column.charset(), null);
        }
      }
    }
    if (!maps.isEmpty()) {
      try (Connection connection = sessions.open(server, SessionProfile.CONTROL)) {
        for (Map.Entry<String, CharacterMap> map : maps.entrySet()) {
          map.setValue(CharacterMap.read(connection, map.getKey()));
        }
      } catch (SQLException e) {
        throw new ErrorClassifier().classify(e, "read the character sets of " + server);
      }
    }
    return new TextDecoders(Map.copyOf(maps));
  }

  /**
   * True when the column's text is read as the bytes it is stored in: all but UTF-8, ENUM and SET.
   */
  public static boolean readAsBytes(ColumnSchema column) {
    return column.kind() == ValueKind.TEXT
        && !column.isEnumOrSet()
        && column.charset() != null
        && !column.charset().startsWith("utf8")
        && !column.charset().equals("ascii");
  }

  /**
   * The text.
   *
   * @param bytes in the column's character set; the result may keep the array
   * @throws dev.sluice.schemas.error.SluiceException VALUE_NOT_CARRIED when the target could not
   *     get the same bytes
   */
  Utf8 decode(ColumnSchema column, byte[] bytes) {
    if (!readAsBytes(column)) {
      return new Utf8(bytes);
    }
    Charset unicode = UNICODE.get(column.charset());
    Optional<String> text =
        unicode == null ? maps.get(column.charset()).decode(bytes) : strict(unicode, bytes);
    return new Utf8(
        text.orElseThrow(
            () ->
                ValueErrors.notCarried(
                    column,
                    "it holds bytes that stand for no character of "
                        + column.charset()
                        + ", or for one that other bytes stand for, too")));
  }

  private static Optional<String> strict(Charset charset, byte[] bytes) {
    try {
      return Optional.of(
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
