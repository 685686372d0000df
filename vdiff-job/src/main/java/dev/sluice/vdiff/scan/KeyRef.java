package dev.sluice.vdiff.scan;

import dev.sluice.vdiff.topology.Side;
import java.util.List;

/**
 * A key as SQL literals of either side, in key order. Immutable.
 *
 * @param source for the source's columns
 * @param target for the target's
 */
public record KeyRef(List<String> source, List<String> target) {

  public KeyRef {
    source = List.copyOf(source);
    target = List.copyOf(target);
  }

  public List<String> of(Side side) {
    return side == Side.SOURCE ? source : target;
  }
}
