"""Every component of the stylesheet with the content it will carry, in English and in Arabic."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

PAGE = Path(__file__).parent / "templates" / "gallery.html"
MONTHS = {
    "en": ["October", "November", "December", "January", "February", "March"],
    "ar": ["أكتوبر", "نوفمبر", "ديسمبر", "يناير", "فبراير", "مارس"],
}
WORDS = {
    "title": ("What Zambia needs", "ما تحتاج إليه زامبيا"),
    "trail": ("You are here", "موقعك"),
    "states": ("States", "الدول"),
    "zambia": ("Zambia", "زامبيا"),
    "answer": (
        "Zambia asks for 18 kinds of goods and services against COVID-19, most of all for examination gloves, vaccines and safe water; how much of it has been met is not yet recorded.",
        "تطلب زامبيا ثمانية عشر نوعا من السلع والخدمات لمواجهة كوفيد-19، وفي مقدمتها قفازات الفحص واللقاحات والمياه المأمونة؛ أما ما تمت تلبيته فلم يسجل بعد.",
    ),
    "lines": ("Lines in force", "البنود السارية"),
    "sector": ("Sector", "القطاع"),
    "medical": ("Medical", "طبي"),
    "social": ("Social", "اجتماعي"),
    "humanitarian": ("Humanitarian", "إنساني"),
    "all": ("All", "الكل"),
    "item": ("Item", "الصنف"),
    "as_of": ("As of", "في تاريخ"),
    "show": ("Show", "عرض"),
    "published": ("Published needs of Zambia", "احتياجات زامبيا المنشورة"),
    "published_on": ("as of 31 March 2021, act 345", "في 31 مارس 2021، القيد 345"),
    "quantity": ("Quantity", "الكمية"),
    "share": ("Of the group", "من المجموعة"),
    "status": ("Status", "الحالة"),
    "accepted": ("accepted", "مقبول"),
    "shown": ("Lines 1 to 7 of 18", "البنود 1 إلى 7 من 18"),
    "totals": ("Totals by month", "المجاميع حسب الشهر"),
    "totals_caption": (
        "Quantities needed by the end of each month",
        "الكميات المطلوبة حتى نهاية كل شهر",
    ),
    "unit": ("Unit", "الوحدة"),
    "total": ("All gloves", "جميع القفازات"),
    "doses": ("doses", "جرعة"),
    "pairs": ("pairs", "زوج"),
    "pieces": ("pieces", "قطعة"),
    "people": ("people", "شخص"),
    "litres": ("litres", "لتر"),
    "number": ("Number", "العدد"),
    "box": ("box of 50 pairs", "علبة من 50 زوجا"),
    "submit": ("Submit", "تقديم"),
    "save": ("Save the draft", "حفظ المسودة"),
    "cancel": ("Leave without saving", "الخروج دون حفظ"),
    "upload": ("Check of the workbook", "فحص الملف"),
    "file": ("Choose the file", "اختيار الملف"),
    "check": ("Check what was understood", "مراجعة ما فهم"),
    "receipt": ("Receipt", "الإيصال"),
    "reading": ("Reading, row 170 of 240", "قراءة الصف 170 من 240"),
    "understood": ("What was understood in sheet Needs", "ما فهم من ورقة الاحتياجات"),
    "row": ("Row", "الصف"),
    "problem": ("Change or problem", "تغيير أو مشكلة"),
    "changed": ("changed since act 211", "تغير منذ القيد 211"),
    "not_whole": (
        "is not a whole number of pieces: write 604 or 605.",
        "ليس عددا صحيحا من القطع: اكتب 604 أو 605.",
    ),
    "acts": ("What happened", "ما جرى"),
    "act": ("act", "القيد"),
    "about": ("How we know", "كيف نعرف"),
    "prose": (
        "The quantities were typed by the Ministry of Health in packs and units of the catalogue and are kept in base units. Modelled figures carry their formula and never enter submitted totals.",
        "أدخلت وزارة الصحة الكميات بعبوات الكتالوج ووحداته وهي محفوظة بالوحدات الأساسية. وتحمل الأرقام المقدرة صيغتها ولا تدخل في المجاميع المقدمة.",
    ),
    "proof": ("Proof", "الإثبات"),
    "leaf": ("Leaf", "الورقة"),
    "notices": ("Notices", "تنبيهات"),
    "notice": (
        "The draft of 2 March 2023 is kept until 1 June 2023, 17:00 UTC.",
        "تحفظ مسودة 2 مارس 2023 حتى 1 يونيو 2023، الساعة 17:00 بالتوقيت العالمي.",
    ),
    "scale": ("Scale of the map, absences and sectors", "مقياس الخريطة وحالات الغياب والقطاعات"),
}
NAVIGATION = [
    ("Overview", "نظرة عامة"),
    ("Needs", "الاحتياجات"),
    ("States", "الدول"),
    ("Items", "الأصناف"),
    ("Record", "السجل"),
    ("Desk", "المكتب"),
    ("Submit", "تقديم"),
    ("Review", "المراجعة"),
]
LINES = [
    ("Gloves, examination", "قفازات الفحص", "medical", "8,385,808", "pairs", 22, "derived"),
    ("Ventilator, patient", "جهاز تنفس للمرضى", "medical", "604", "pieces", 9, None),
    ("Alcohol-based hand rub", "مطهر كحولي لليدين", "medical", "11,938", "litres", 4, None),
    (
        "Handwashing facility at home",
        "مرفق لغسل اليدين",
        "social",
        "15,087,713",
        "people",
        31,
        None,
    ),
    ("Safely managed water", "مياه مدارة بأمان", "social", "6,359,011", "people", 17, "disputed"),
    ("Shelter kit", "مجموعة إيواء", "humanitarian", "", "pieces", 0, "zero"),
    ("Mass casualty kit", "مجموعة للإصابات", "humanitarian", "", "pieces", 0, "withheld"),
    ("Tent, family", "خيمة عائلية", "humanitarian", "", "pieces", 0, "silent"),
    ("Cash assistance", "مساعدة نقدية", "humanitarian", "", "people", 0, "withdrawn"),
]
ABSENCES = {"zero", "silent", "withheld", "withdrawn"}
ACTS = [
    (
        "2023-02-27",
        "27 February 2023",
        "Zambia submitted its needs for COVID-19: 18 lines, medical and social.",
        "قدمت زامبيا احتياجاتها لمواجهة كوفيد-19: 18 بندا.",
        341,
    ),
    (
        "2023-02-28",
        "28 February 2023",
        "The secretariat returned line 341.4: the unit does not fit the item.",
        "أعادت الأمانة البند 341.4: الوحدة لا تناسب الصنف.",
        343,
    ),
    (
        "2023-03-02",
        "2 March 2023",
        "The secretariat published the needs of Zambia.",
        "نشرت الأمانة احتياجات زامبيا.",
        345,
    ),
]
FINGERPRINT = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a"


class LineForm(forms.Form):
    """A form with one field of each widget, some of them filled in wrongly."""

    item = forms.CharField(label="Item", help_text="As in the catalogue; the code is enough.")
    needed_by = forms.DateField(label="Needed by", help_text="For example 2023-03-02.")
    priority = forms.ChoiceField(
        label="Priority",
        choices=[("1", "Life-saving"), ("2", "Essential"), ("3", "Useful")],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label="Justification", required=False, widget=forms.Textarea)
    workbook = forms.FileField(
        label="Workbook", required=False, help_text="XLSX or CSV, at most 10 MB."
    )


def words(language: str) -> dict[str, str]:
    """The words of the gallery in one language."""
    return {key: pair[language == "ar"] for key, pair in WORDS.items()}


def lines(language: str) -> list[SimpleNamespace]:
    """Nine lines: two marked, four absent."""
    spoken = words(language)
    return [
        SimpleNamespace(
            item=arabic if language == "ar" else english,
            hue=hue,
            sector=spoken[hue],
            quantity=quantity,
            unit=spoken[unit],
            percent=percent,
            mark=mark if mark not in ABSENCES else None,
            absence=mark if mark in ABSENCES else None,
        )
        for english, arabic, hue, quantity, unit, percent, mark in LINES
    ]


def figures(language: str) -> list[SimpleNamespace]:
    """A plain figure, a derived one, one that says it is absent, one not yet known."""
    day = "2 مارس 2023" if language == "ar" else "2 March 2023"
    labels = {
        "en": ["Lines in force", "Vaccine doses, 70 % of people", "Shelter", "Met"],
        "ar": ["البنود السارية", "جرعات اللقاح، 70 % من السكان", "الإيواء", "ما تمت تلبيته"],
    }[language]
    unit = words(language)
    return [
        SimpleNamespace(
            label=labels[0], value="18", unit=unit["unit"].lower(), on=day, link="#lines"
        ),
        SimpleNamespace(
            label=labels[1],
            value="20,910,319",
            unit=unit["doses"],
            on=day,
            link="#",
            mark="derived",
        ),
        SimpleNamespace(label=labels[2], absence="zero", on=day),
        SimpleNamespace(
            label=labels[3], words="لم يسجل بعد" if language == "ar" else "not yet recorded"
        ),
    ]


def arabic_day(day: str) -> str:
    """The two months of the example in Arabic."""
    return day.replace("February", "فبراير").replace("March", "مارس")


def render(language: str) -> str:
    """The whole gallery as one HTML document in one language."""
    arabic = language == "ar"
    request = RequestFactory().get("/needs/?state=ZMB")
    request.csp_nonce = "n0nce"
    context = {
        "words": words(language),
        "lines": lines(language),
        "figures": figures(language),
        "months": MONTHS[language],
        "totals": [
            SimpleNamespace(item=line.item, unit=line.unit, cells=[f"{n:,}" for n in cells])
            for line, cells in zip(
                lines(language)[:3],
                [[1_400_100 + 310_450 * step for step in range(6)], [604] * 6, [11_938] * 6],
                strict=True,
            )
        ],
        "acts": [
            SimpleNamespace(
                on=on,
                day=arabic_day(day) if arabic else day,
                sentence=ar if arabic else en,
                number=number,
            )
            for on, day, en, ar, number in ACTS
        ],
        "kinds": ["info", "success", "warning", "error"],
        "form": LineForm({"item": "Gloves", "needed_by": "the month after next"}),
        "receipt": SimpleNamespace(
            number=345,
            at=datetime(2023, 3, 2, 9, 14, 7, tzinfo=UTC),
            fingerprint=FINGERPRINT,
            sentence=ACTS[2][3 if arabic else 2],
            url="#",
        ),
        "instance": SimpleNamespace(
            name="Bandung", is_exercise=True, size=345, root_short="9f64a747"
        ),
        "visitor": SimpleNamespace(
            is_signed_in=True,
            name="B. Mwale",
            function_label="محرر" if arabic else "focal point",
            party_name=words(language)["zambia"],
        ),
        "navigation": [
            (reverse("overview"), pair[arabic], pair[0] == "Needs") for pair in NAVIGATION
        ],
    }
    with translation.override(language):
        page = engines["django"].from_string(PAGE.read_text(encoding="utf-8"))
        return page.render(context, request)
