package dev.sluice.vdiff.job;

import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.vdiff.touched.TouchedState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What the log holds of one VDiff. Not thread-safe. */
final class Restored {

  private final Map<String, TreeMap<Long, ChunkResult>> chunks = new HashMap<>();
  private final Map<String, TreeMap<Integer, OpenKeys>> pages = new HashMap<>();
  private TouchedState touched;

  static Restored read(ResultLog log, String uuid) {
    Restored restored = new Restored();
    log.read(uuid, record -> restored.take(record.key(), record.value()));
    return restored;
  }

  /** Takes a record, newer than those before. */
  void take(String key, byte[] value) {
    if (TouchedState.is(key)) {
      touched = value == null ? null : SluiceJson.read(value, TouchedState.class);
    } else if (OpenKeys.is(key)) {
      if (value != null) {
        OpenKeys page = SluiceJson.read(value, OpenKeys.class);
        pages.computeIfAbsent(page.table(), table -> new TreeMap<>()).put(page.page(), page);
      }
    } else if (value != null) {
      ChunkResult chunk = SluiceJson.read(value, ChunkResult.class);
      chunks.computeIfAbsent(chunk.table(), table -> new TreeMap<>()).put(chunk.number(), chunk);
    } else {
      String[] parts = key.split("\u0000");
      chunks.getOrDefault(parts[1], new TreeMap<>()).remove(Long.parseLong(parts[2]));
    }
  }

  /**
   * The chunks of a table that follow one another without a gap from its start. A last chunk, open
   * at its end, that is to be compared again is not among them: its range is handed out anew, since
   * it may have grown.
   */
  List<ChunkResult> chain(String table) {
    List<ChunkResult> chain = new ArrayList<>();
    List<String> expected = null;
    TreeMap<Long, ChunkResult> all = chunks.getOrDefault(table, new TreeMap<>());
    for (ChunkResult next = all.get(0L); next != null; next = all.get((long) chain.size())) {
      boolean ended = !chain.isEmpty() && expected == null;
      boolean anew = next.touched() && next.upTo() == null;
      if (ended || anew || !Objects.equals(next.after(), expected)) {
        break;
      }
      chain.add(next);
      expected = next.upTo();
    }
    return chain;
  }

  /** Results of keys that were compared apart from their chunks. */
  Collection<ChunkResult> apart(String table) {
    return chunks.getOrDefault(table, new TreeMap<>()).tailMap(ChunkResult.APART).values();
  }

  /** The keys left out, in order. */
  Collection<OpenKeys> pages(String table) {
    return pages.getOrDefault(table, new TreeMap<>()).values();
  }

  /**
   * Has chunks compared again that were touched, and every key that was ever left out.
   *
   * @param numbers of the chunks of each table
   * @return the records that say so, by key; a null removes one
   */
  Map<String, Object> refresh(Map<String, BitSet> numbers) {
    Map<String, Object> changed = new HashMap<>();
    numbers.forEach(
        (table, touchedOnes) -> {
          TreeMap<Long, ChunkResult> all = chunks.getOrDefault(table, new TreeMap<>());
          for (ChunkResult chunk : chain(table)) {
            if (touchedOnes.get((int) chunk.number())) {
              all.put(chunk.number(), chunk.asTouched());
              changed.put(chunk.key(), chunk.asTouched());
            }
          }
          // keys left out are left out of every chunk, so they are compared again whatever happened
          List.copyOf(apart(table)).forEach(chunk -> changed.put(chunk.key(), null));
          all.tailMap(ChunkResult.APART).clear();
          TreeMap<Integer, OpenKeys> open = pages.getOrDefault(table, new TreeMap<>());
          open.replaceAll((number, page) -> page.opened());
          open.values().forEach(page -> changed.put(page.key(), page));
        });
    return changed;
  }

  /** Which chunks were touched; null when nobody has followed. */
  TouchedState touched() {
    return touched;
  }

  /** Upper bounds of the chunks of these tables, in order; null at a table's end. */
  Map<String, List<List<String>>> bounds(Collection<String> tables) {
    Map<String, List<List<String>>> bounds = new HashMap<>();
    for (String table : tables) {
      List<List<String>> all = new ArrayList<>();
      chain(table).forEach(chunk -> all.add(chunk.upTo()));
      bounds.put(table, all);
    }
    return bounds;
  }
}
