// The shortest way from a configuration to comodulograms with the libraries: two synthetic rows on the CPU backend.
#include <algorithm>
#include <cstdio>

#include "comm/session.hpp"
#include "core/synthetic.hpp"
#include "model/model_factory.hpp"

int main(int argc, char** argv) {
  pac::Session session(&argc, &argv);
  return session.guard([&] {
    pac::Config config;
    config.seq_sec = 2;
    config.backend = pac::Backend::cpu;
    const auto source = pac::synthetic_signals(config);
    const pac::Plan plan = pac::make_plan(config, source->shape());
    const auto models = pac::open_models(config, session.world());
    models->prepare(plan);
    const auto model = models->make(plan, 2, 1);
    pac::RowBlock rows;
    source->read({0, 2}, plan.pad, rows);
    model->load(rows);
    model->compute();
    const pac::Comodulogram& maps = model->results();
    const auto peak = std::max_element(maps.pac.begin(), maps.pac.begin() + maps.pairs()) - maps.pac.begin();
    std::printf("%lld rows, peak at %.1f Hz, %.1f Hz\n", static_cast<long long>(maps.n_rows),
                plan.pha[static_cast<std::size_t>(peak / plan.n_amp())].band.centre_hz(),
                plan.amp[static_cast<std::size_t>(peak % plan.n_amp())].band.centre_hz());
    return 0;
  });
}
