package dev.sluice.vdiff.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of one table that chunks leave out, and which of them are still to be compared. Only the
 * pages that changed are written. Guarded by the run's lock.
 */
final class LeftKeys {

  private final String table;
  private final List<List<String>> inOrder = new ArrayList<>();
  private final Map<List<String>, Integer> places = new HashMap<>();
  private final Set<List<String>> open = new LinkedHashSet<>();
  private final Set<Integer> changedPages = new TreeSet<>();

  LeftKeys(String table) {
    this.table = table;
  }

  /** Every key ever left out. */
  Set<List<String>> left() {
    return Collections.unmodifiableSet(places.keySet());
  }

  /** Those that have not been compared yet. */
  Set<List<String>> open() {
    return Collections.unmodifiableSet(open);
  }

  /** Leaves keys out that are not left out yet; they are to be compared. */
  void leaveOut(Collection<List<String>> keys) {
    for (List<String> key : keys) {
      if (!places.containsKey(key)) {
        add(key);
        open.add(key);
        changed(key);
      }
    }
  }

  /** Leaves keys out and has them compared, again if they have been. */
  void open(Collection<List<String>> keys) {
    for (List<String> key : keys) {
      if (!places.containsKey(key)) {
        add(key);
      }
      open.add(key);
      changed(key);
    }
  }

  private void add(List<String> key) {
    places.put(key, inOrder.size());
    inOrder.add(key);
  }

  private void changed(List<String> key) {
    changedPages.add(places.get(key) / OpenKeys.PAGE);
  }

  /** Nothing more is to be done about these keys. */
  void done(Collection<List<String>> keys) {
    for (List<String> key : List.copyOf(keys)) {
      if (open.remove(key)) {
        changed(key);
      }
    }
  }

  /** The pages that changed since this was called last. */
  List<OpenKeys> takeChanged(String uuid) {
    List<OpenKeys> pages = new ArrayList<>();
    for (int page : changedPages) {
      int from = page * OpenKeys.PAGE;
      List<List<String>> keys =
          inOrder.subList(from, Math.min(inOrder.size(), from + OpenKeys.PAGE));
      pages.add(
          new OpenKeys(uuid, table, page, keys, keys.stream().filter(open::contains).toList()));
    }
    changedPages.clear();
    return pages;
  }

  /** Begins with what an earlier run has left. */
  void restore(Collection<OpenKeys> pages) {
    for (OpenKeys page : pages) {
      page.left().forEach(this::add);
      open.addAll(page.open());
    }
  }
}
