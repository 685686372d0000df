package dev.sluice.schemas.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import dev.sluice.schemas.registry.MapSchemaIds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutTest {

  @Test
  void aCutComesBackAsItWent() {
    CopyProgress progress =
        new CopyProgress(
            List.of(
                new TableProgress("waiting", false, 0, 10, List.of()),
                new TableProgress(
                    "corder",
                    true,
                    5,
                    10,
                    List.of(
                        new ChunkProgress(null, List.of("5", "'a'"), true),
                        new ChunkProgress(List.of("7", "'b'"), null, false)))));
    Cut cut = cut(3, 2, CutKind.COPY, progress);
    CutCodec codec = new CutCodec("w.journal", new MapSchemaIds());

    assertThat(codec.decode(codec.encode(cut))).isEqualTo(cut);
    assertThat(progress.complete()).isFalse();
  }

  @Test
  void onlyTheSuccessorIsAccepted() {
    Cut cut = cut(3, 2, CutKind.STREAM, null);

    assertThat(cut.follows(2, 2)).isTrue();
    assertThat(cut.follows(2, 1)).as("a hole").isFalse();
    assertThat(cut.follows(2, 3)).as("again").isFalse();
    assertThat(cut.follows(1, 2)).as("another epoch's predecessor").isFalse();
  }

  @Test
  void aCopyCutWithoutProgressIsRefused() {
    assertThatThrownBy(() -> cut(1, 0, CutKind.COPY, null)).hasMessageContaining("progress");
  }

  @Test
  void impossibleRangesAreRefused() {
    assertThatThrownBy(() -> new OffsetRange("t", 0, 5, 5, 1, 1))
        .hasMessageContaining("impossible");
    assertThatThrownBy(() -> new OffsetRange("t", 0, 5, 6, 2, 1))
        .hasMessageContaining("impossible");
  }

  @Test
  void bytesThatAreNoCutAreRefused() {
    CutCodec codec = new CutCodec("w.journal", new MapSchemaIds());

    assertThatThrownBy(() -> codec.decode(new byte[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Cut cut(long number, long previousEpoch, CutKind kind, CopyProgress progress) {
    return new Cut(
        "uuid",
        "-80",
        2,
        number,
        previousEpoch,
        kind,
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23",
        1_700_000_000_000L,
        List.of(new OffsetRange("corder", 1, 10, 15, 4, 900)),
        77,
        Map.of("file", "binlog.000001", "pos", "4"),
        List.of(new Marker("token", Marker.PROBE)),
        List.of(new DdlStatement("corder", "ALTER TABLE corder ADD x INT", "g:1")),
        progress,
        9,
        false,
        false,
        Map.of("corder", "{\"schema\":1}"),
        Map.of("-/-80", "token"),
        3,
        12,
        List.of("repair-1", "repair-2"));
  }
}
