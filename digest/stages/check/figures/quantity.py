"""A quantity: a number of a text with the unit that it measures, which is read from behind the number.

Units are a literal table, English and Korean: only what papers and their summaries write. Factors: SI prefixes;
12 months = 1 year = 365 days. Does not find or read the number itself and judges nothing.
"""

import re
from dataclasses import dataclass

Kind = str
"""`time`, `bytes`, … measure something; `percent`, `points`, `times` compare; `count` counts; `` is a bare number."""

_TABLE: tuple[tuple[Kind, float, str], ...] = (
    ("percent", 1, r"%p|%|percentage points?|percent|per cent|pp(?![a-z])|퍼센트(?:포인트|대)?"),
    ("percent", 1, r"프로(?!그|젝|토|세|파|브)"),
    ("points", 1, r"points?|pts?|점(?!수|진|유|검)|포인트"),
    ("times", 1, r"[x×X](?![A-Za-z0-9])(?!\s?\d)(?!\s?[A-Z])|times|folds?|배(?!치|열|경|포|수|분|제|터|당)"),
    ("time", 1e-9, r"ns|nanoseconds?|나노초"),
    ("time", 1e-6, r"[uµμ]s|microseconds?|마이크로초"),
    ("time", 1e-3, r"ms|msec|milliseconds?|밀리초"),
    ("time", 1, r"s(?!-)|secs?|seconds?|초(?!기|과|록|반|점|당|거|안|매)"),
    ("time", 60, r"mins?|minutes?|분(?!의\s?[\d일]|기|류|포|할|석|야|산|리|기|명|해|위)"),
    ("time", 3600, r"hours?|hrs?|h|시간"),
    ("time", 86400, r"days?|nights?|일(?!\s?때|\s?경우|\s?수록|반|관|부|정|치|뿐|지라|\s?만큼)"),
    ("time", 604800, r"weeks?|주(?!의|요|제|기|어|로|행)(?:일)?"),
    ("time", 2628000, r"months?|개월|달(?!러|리|성|라)"),
    ("time", 31536000, r"years?|년"),
    ("time", 315360000, r"decades?"), ("time", 3153600000, r"centur(?:y|ies)"),
    ("bytes", 1, r"bytes?|바이트"),
    ("bytes", 1e3, r"[kK]i?B|kilobytes?|킬로바이트"),
    ("bytes", 1e6, r"Mi?B|megabytes?|메가바이트"),
    ("bytes", 1e9, r"Gi?B|gigabytes?|기가바이트"),
    ("bytes", 1e12, r"Ti?B|terabytes?|테라바이트"),
    ("bytes", 1e15, r"Pi?B|petabytes?|페타바이트"),
    ("bits", 1, r"bits?|비트"),
    ("bandwidth", 1e3, r"kbps|kbit/s"), ("bandwidth", 1e6, r"Mbps|Mbit/s"), ("bandwidth", 1e9, r"Gbps|Gbit/s"),
    ("frequency", 1e-3, r"mHz"), ("frequency", 1, r"Hz|hertz|헤르츠"), ("frequency", 1e3, r"kHz|KHz|킬로헤르츠"),
    ("frequency", 1e6, r"MHz|메가헤르츠"), ("frequency", 1e9, r"GHz|기가헤르츠"), ("frequency", 1e12, r"THz"),
    ("length", 1e-10, r"Å|angstroms?|옹스트롬"),
    ("length", 1e-9, r"nm|nanomet(?:er|re)s?|나노미터"), ("length", 1e-6, r"[uµμ]m|micromet(?:er|re)s?|마이크로미터"),
    ("length", 1e-3, r"mm|millimet(?:er|re)s?|밀리미터"), ("length", 1e-2, r"cm|centimet(?:er|re)s?|센티미터"),
    ("length", 1, r"m|met(?:er|re)s?|미터"), ("length", 1e3, r"km|kilomet(?:er|re)s?|킬로미터"),
    ("mass", 1e-3, r"mg|milligrams?|밀리그램"), ("mass", 1, r"g|grams?|그램"),
    ("mass", 1e3, r"kg|kilograms?|킬로그램"), ("mass", 1e6, r"tons?|tonnes?|톤"),
    ("power", 1e-6, r"[uµμ]W"), ("power", 1e-3, r"mW|milliwatts?|밀리와트"), ("power", 1, r"W|watts?|와트"),
    ("power", 1e3, r"kW|kilowatts?|킬로와트"), ("power", 1e6, r"MW|megawatts?|메가와트"),
    ("energy", 1e-3, r"mJ|밀리줄"), ("energy", 1, r"J|joules?"), ("energy", 1e3, r"kJ|킬로줄"),
    ("energy", 3600, r"Wh"), ("energy", 3.6e6, r"kWh|킬로와트시"), ("energy", 3.6e9, r"MWh"),
    ("electronvolts", 1e-3, r"meV"), ("electronvolts", 1, r"eV"), ("electronvolts", 1e3, r"keV"),
    ("electronvolts", 1e6, r"MeV"), ("electronvolts", 1e9, r"GeV"),
    ("calories", 1, r"kcal(?:/mol)?"),
    ("voltage", 1e-3, r"mV"), ("voltage", 1, r"V|volts?|볼트"),
    ("decibels", 1, r"dB[mi]?|decibels?|데시벨"),
    ("temperature", 1, r"°\s?C|degrees? Celsius|섭씨"),
    ("angle", 1, r"°(?!\s?C)|degrees?|deg|도(?=[\s,.)의로를가인씩와만]|에서|까지|이[다며고]|부터|보다|$)"),
    ("operations", 1e6, r"MFLOPs?|MMACs?"), ("operations", 1e9, r"GFLOPs?|GFLOPS|GMACs?|기가플롭스"),
    ("operations", 1e12, r"TFLOPs?|TFLOPS|TMACs?|TOPS|테라플롭스"),
    ("operations", 1e15, r"PFLOPs?|PFLOPS|페타플롭스"), ("operations", 1e18, r"EFLOPs?|EFLOPS"),
    ("lines", 1, r"p(?![a-zA-Z])"),
    ("dollars", 1, r"dollars?|USD|달러"), ("dollars", 0.01, r"cents?(?!\w)|센트"),
    ("won", 1, r"won|KRW|원(?!\s?소|래|인|본|칙|격|시|형)"), ("euros", 1, r"euros?|EUR|유로"),
    ("rate", 1, r"[Ff][Pp][Ss]|frames? per second"),
)  # fmt: skip

_COUNTERS = """개월 개국 개 가지 명 장(?!면|기|치|점|애|단|거|르) 대(?!비|상|규|화|역|표|조|해|신) 종 차원 건 편
쌍 곳 차례 단계 층 행 열(?!거) 프레임 토큰 픽셀 샘플 문장 단어 문제 문항 과제
회(?!귀|전|로(?=[가를의는])|상|복|의|사|원|피|수|계|담|색|절|선)
번째 번
차(?!이|별|량|지) 인(?=[의이은을 ]) 권 시점 스텝 에폭 세대 줄 클래스 범주 그룹 레이어 헤드 채널 노드 방향 축
항목 부류 언어 데이터셋 벤치마크 모델 파라미터 매개변수 장면 클립 영상 이미지 사람
마리 대화 질문 쿼리 환자 배치 코드북 참가자 논문 종류 부분 요소 분야 도메인 글자 쪽 페이지"""
"""Words that count things in Korean; with one of these a number counts and does not measure."""
_REPEATS = ("회", "번", "차례")
"""Counters that English writes as `times`."""

_STOP = """and or to of on in at for with while when than by from is are was were as but after before under over
versus vs compared respectively against per using without which that the a an it its this these those we
our they if so both each every respectively below above within during across between among into through
via not no only where whereas instead rather although because since until yet still also even more less
fewer greater better worse higher lower larger smaller faster slower absolute relative has have had can
could may might will would must do does did be been out"""
_NOUN = re.compile(rf"(?:-|[ ]?×?[ ])(?!(?:{'|'.join(_STOP.split())})(?![a-z]))[A-Za-z][a-z]", re.IGNORECASE)
_PERIOD_BEFORE = re.compile(r"(?<![a-z])(weeks?|days?|months?|hours?) $", re.IGNORECASE)
_FOLD = re.compile(r"[ -]?fold(?![a-z])", re.IGNORECASE)


def _group(spelling: str, index: int) -> str:
    latin = "|".join(part for part in _split(spelling) if re.match(r"[A-Za-z\[]", part))
    other = "|".join(part for part in _split(spelling) if not re.match(r"[A-Za-z\[]", part))
    either = "|".join(part for part in (rf"(?:{latin})(?![A-Za-z]|\d\d)" if latin else "", other) if part)
    return f"(?P<u{index}>{either})"


def _split(spelling: str) -> list[str]:
    return re.split(r"\|(?![^(]*\))", spelling)


_ORDER = sorted(range(len(_TABLE)), key=lambda row: -max(map(len, _split(_TABLE[row][2]))))
_THING = (
    r"(?:[ -](?:GPU|TPU|CPU|[AHVB]\d{2,3}|core|node|person|wall-clock|wall clock)(?=[ -]|[가-힣])){0,2}"
    # 1,000 simulated years
    r"(?:[ ](?!and|for|the|with|per|over)[a-z]{4,12}(?=[ ](?:years|months|weeks|days|hours|minutes|seconds)(?![a-z])))?"
)
_UNIT = re.compile(
    _THING
    + r"[ -]{0,2}(?:"
    + "|".join(_group(_TABLE[row][2], row) for row in _ORDER)
    + r")(?P<per>/(?:s|sec|초)(?![a-z]))?"
)
_COUNTER = re.compile(r"[ -]?(" + "|".join(_COUNTERS.split()) + ")")
_PARTICLES = """은 는 이 가 을 를 의 에 에서 에게 로 으로 만 도 과 와 나 이나 씩 간 당 마다 보다 까지 부터 뿐
중 쯤 전 후 차 동안 이상 이하 미만 초과 가량 정도 안팎 내외 남짓 만큼 짜리 치 여 인 이라 라 이며
며 이고 고 이다 다 였다 이었다 였고 이었고 였으며 이었으며 이지 지만 이지만 임 씩의 간의 당의 까지의
부터의 이상의 이하의 미만의 정도의 가량의 중에 중에서 만의 만에 만을 만으로 뿐이다 로부터 에서의 에는
에서는 으로는 로는 에도 까지는 만이 째 밖에 처럼 대 넘게 분량 어치 수준 수준의 규모 규모의 단위 단위로"""
_WORD_END = re.compile(rf"(?![가-힣])|(?:{'|'.join(sorted(_PARTICLES.split(), key=len, reverse=True))})(?![가-힣])")
"""What may follow a unit that stands apart from its number: else it begins another word (`2024 대회`, `두 주체`)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure: its value as written (`64K` is 64000), the kind and size of its unit, and where it stands."""

    start: int
    end: int
    value: float
    kind: Kind = ""
    factor: float = 1
    form: str = "digits"
    """`digits`, `word`, `ordinal`, `fraction`, `year`, `date`, `label`, `marker`, `part` or `some` (`수백`)."""
    step: float = 1
    """The size of its last written digit: 0.1 for 88.3."""
    negative: bool = False
    binary: float = 0
    """The other reading of K and M: 65536 for 64K."""

    @property
    def base(self) -> float:
        """The value in the kind's base unit."""
        return self.value * self.factor


def measured(
    text: str, start: int, end: int, value: float, *, form: str = "digits", step: float = 1,
    negative: bool = False, binary: float = 0,
) -> Quantity:  # fmt: skip
    """Put the unit behind a number to it, or `count` where an English noun follows a whole number."""
    value = value if value < 1e300 else 0.0
    if (fold := _FOLD.match(text, end)) and not text.startswith("cross", fold.end() + 1):
        return Quantity(start, fold.end(), value, "times", 1, form, step, negative, binary)
    kind, factor, after = unit_at(text, end)
    if not kind and text[max(0, start - 1) : start] == "$":
        kind = "dollars"
    if not kind and text[max(0, start - 10) : start].rstrip().endswith("factor of"):
        kind = "times"
    if not kind and (period := _PERIOD_BEFORE.search(text[max(0, start - 8) : start])):
        kind, factor, _ = unit_at(period[1].lower(), 0)
    if not kind and value == int(min(abs(value), 1e15)) and (form == "word" or _NOUN.match(text, end)):
        kind = "count"
    return Quantity(start, after, value, kind, factor, form, step, negative, binary)


def unit_at(text: str, place: int) -> tuple[Kind, float, int]:
    """Return kind, factor and end of the unit that starts at `place`; ("", 1, place) where there is none."""
    apart = text[place : place + 1] == " "
    found = _UNIT.match(text, place)
    if found and not (apart and begins_a_word(text, found.end())):
        row = next(int(name[1:]) for name, hit in found.groupdict().items() if hit and name != "per")
        kind, factor, _ = _TABLE[row]
        return (f"{kind}/s" if found["per"] else kind), factor, found.end()
    counter = _COUNTER.match(text, place)
    if counter and not (apart and begins_a_word(text, counter.end())):
        return ("repeats" if counter[1] in _REPEATS else "count"), 1, counter.end()
    return "", 1, place


def begins_a_word(text: str, end: int) -> bool:
    """Return whether a unit that ends at `end` is only the beginning of a word: `개` of `개선`."""
    return "가" <= text[end - 1] <= "힣" and not _WORD_END.match(text, end)
