package dev.sluice.server.http;

import dev.sluice.controller.cutover.SwitchOptions;
import dev.sluice.schemas.config.Durations;
import dev.sluice.schemas.config.TreeReader;
import dev.sluice.schemas.routing.TabletType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the body of a change of traffic. Stateless. */
final class SwitchBody {

  private SwitchBody() {}

  /** The options; what is wrong is noted where the reader notes it, and takes its default. */
  static SwitchOptions read(TreeReader body) {
    SwitchOptions defaults = SwitchOptions.DEFAULTS;
    List<TabletType> types = types(body);
    Duration timeout = duration(body, "timeout", defaults.timeout());
    Duration maxLag = duration(body, "maxLag", defaults.maxLag());
    Duration maxAge = duration(body, "maxVdiffAge", defaults.maxVdiffAge());
    boolean skip = body.flag("skipVdiff", false);
    try {
      return new SwitchOptions(
          types.isEmpty() ? defaults.tabletTypes() : types, timeout, maxLag, maxAge, skip);
    } catch (IllegalArgumentException e) {
      body.reject("timeout", e.getMessage());
      return defaults;
    }
  }

  private static List<TabletType> types(TreeReader body) {
    List<TabletType> types = new ArrayList<>();
    for (String word : body.texts("tabletTypes")) {
      try {
        types.add(TabletType.of(word));
      } catch (IllegalArgumentException e) {
        body.reject("tabletTypes", e.getMessage());
      }
    }
    return types;
  }

  private static Duration duration(TreeReader body, String key, Duration byDefault) {
    String text = body.text(key, null);
    if (text == null) {
      return byDefault;
    }
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      body.reject(key, e.getMessage());
      return byDefault;
    }
  }
}
