package dev.sluice.loader.load;

/** What the loader's thread does: prepares the tables once, then makes passes; while nothing waits, the days that changed and upkeep. */
final class LoaderWork implements LoadLoop.Work {
    /** What must have been done before the first pass. */
    interface Preparation {
        void run() throws LoadFailure;
    }

    private final Preparation preparation;
    private final LoadPass pass;
    private final Loader loader;
    private final DailyPageViews daily;
    private final Upkeep upkeep;

    LoaderWork(Preparation preparation, LoadPass pass, Loader loader, DailyPageViews daily, Upkeep upkeep) {
        this.preparation = preparation;
        this.pass = pass;
        this.loader = loader;
        this.daily = daily;
        this.upkeep = upkeep;
    }

    @Override
    public void prepare() throws LoadFailure {
        preparation.run();
    }

    @Override
    public boolean pass() throws LoadFailure {
        boolean more = pass.run();
        if (!more) {
            daily.refreshIfTime();
            upkeep.run();
        }
        return more;
    }

    @Override
    public void abort() {
        loader.abort();
        daily.abort();
        upkeep.abort();
    }
}
