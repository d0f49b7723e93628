// A reporter for Playwright that says the result on one plain line, beside its own "list" reporter.
export default class ClosingLine {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #tests = () => [];

  onBegin(_config, suite) {
    this.#tests = () => suite.allTests();
  }

  onEnd() {
    for (const test of this.#tests()) {
      const outcome = test.outcome();
      if (outcome === 'expected') this.#passed += 1;
      else if (outcome === 'skipped') this.#skipped += 1;
      else this.#failed += 1;
    }
  }

  // Only here have the other reporters said all they have to say.
  onExit() {
    const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : '';
    console.log(`\n${this.#passed} passed, ${this.#failed} failed${skipped}`);
  }

  printsToStdio() {
    return false;
  }
}
