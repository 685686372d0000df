package dev.sluice.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerMetricsTest {

  @Test
  void whatRunsHasTheNameThatDashboardsAskFor() {
    try (ServerMetrics metrics = new ServerMetrics()) {
      assertThat(metrics.registry().scrape()).contains("sluice_build_info{").contains("version=");
    }
  }
}
