"""The window's stylesheet, written with the tokens of a theme."""

from string import Template

from simulator.picture.colours import mix
from simulator.picture.theme import Theme

_TEMPLATE = Template(
    """
QMainWindow, QDialog { background: $background; }
QToolTip { background: $panel; color: $text; border: 1px solid $border; padding: 4px 6px; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }

QMenuBar { background: $panel; border: none; padding: 1px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $accent_soft; }
QMenu { background: $panel; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $pale; }
QMenu::icon { padding-left: 8px; }

#toolbar { background: $panel; border-bottom: 1px solid $border; }
#side { background: $panel; }
#middle { background: $background; }

#focusFrame { border: 1px solid transparent; border-radius: 8px; }
#focusFrame[tone="focus"] { border: 1px solid $accent; }

#sectionTitle { color: $muted; font-size: ${small}px; font-weight: 600; }
#hint, #toolbarLabel { color: $muted; }
#sectionTabs { background: transparent; }
#sectionTabs::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 3px 2px; margin: 0 14px 0 0; font-weight: 600; }
#sectionTabs::tab:selected { color: $text; border-bottom: 2px solid $accent; }
#sectionTabs::tab:hover { color: $text; }
#sectionTabs::tab:focus { background: $accent_soft; }
#lessonText { background: $panel; color: $text; }

QPushButton, QToolButton { background: $panel; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 5px 12px; min-height: 20px; }
QPushButton:hover, QToolButton:hover { background: $accent_soft; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QPushButton:disabled, QToolButton:disabled { color: $pale; border-color: $border; background: $panel; }
QPushButton#primary, QPushButton:default { background: $accent; color: $accent_text;
    border-color: $accent; font-weight: 600; }
QPushButton#primary:hover, QPushButton:default:hover { background: $accent_hover; }
QPushButton#primary:focus, QPushButton:default:focus { border: 2px solid $text; }
QPushButton#primary:disabled, QPushButton:default:disabled { background: $panel; color: $pale;
    border-color: $border; }
QToolButton#flat, QPushButton#flat { border: 1px solid transparent; background: transparent; padding: 3px 6px; }
QToolButton#flat::menu-indicator { image: none; width: 0; }
QToolButton#flat:hover, QPushButton#flat:hover { background: $accent_soft; }
QToolButton#flat:focus, QPushButton#flat:focus { border: 1px solid $accent; padding: 3px 6px; }
QPushButton#link { border: 1px solid transparent; background: transparent; color: $accent;
    padding: 0px 4px; min-height: 18px; }
QPushButton#link:hover { background: $accent_soft; }
QPushButton#link:focus { border: 1px solid $accent; }
QPushButton#link:disabled { color: $pale; }
QPushButton#answer { border: 1px solid $line; border-radius: 4px; padding: 3px 12px; text-align: left; }
QPushButton#answer:hover, QPushButton#answer:focus { border-color: $accent; }
QPushButton#answer[tone="good"] { background: $good_soft; color: $good; font-weight: 600; }
QPushButton#answer[tone="bad"] { background: $problem_soft; color: $problem; font-weight: 600; }

QPushButton[segment] { border-radius: 0px; border: 1px solid $line; border-right-width: 0px; padding: 5px 13px; }
QPushButton[segment]:checked { background: $accent; color: $accent_text; border-color: $accent; }
QPushButton[segment]:focus { border: 1px solid $accent; border-right-width: 0px; padding: 5px 13px;
    text-decoration: underline; }
QPushButton[segment="first"], QPushButton[segment="first"]:focus { border-top-left-radius: 6px;
    border-bottom-left-radius: 6px; }
QPushButton[segment="last"], QPushButton[segment="last"]:focus { border-top-right-radius: 6px;
    border-bottom-right-radius: 6px; border-right-width: 1px; }
QPushButton[segment="only"], QPushButton[segment="only"]:focus { border-radius: 6px; border-right-width: 1px; }

QLineEdit, QSpinBox { background: $field; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 4px 7px; selection-background-color: $accent; selection-color: $accent_text; }
QLineEdit:focus, QSpinBox:focus { border: 2px solid $accent; padding: 3px 6px; }
QSpinBox { padding: 3px 4px; }
QSpinBox:focus { padding: 2px 3px; }
QSpinBox::up-button, QSpinBox::down-button { subcontrol-origin: border; width: 1px; border: none; }
QSpinBox QLineEdit, QSpinBox QLineEdit:focus { border: none; padding: 0; background: transparent; }
QComboBox { background: $field; color: $text; border: 1px solid $line; border-radius: 6px; padding: 4px 22px 4px 8px; }
QComboBox:focus { border: 2px solid $accent; padding: 3px 21px 3px 7px; }
QComboBox::drop-down { border: none; width: 0; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $border; padding: 4px;
    selection-background-color: $accent_soft; selection-color: $text; }
QLineEdit:disabled, QSpinBox:disabled { color: $pale; }

QSlider { min-height: 20px; border: 1px solid transparent; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $accent;
    border: none; }
QSlider::handle:horizontal:hover { background: $accent_hover; }
QSlider:focus { border: 1px solid $accent; border-radius: 6px; }


QScrollArea, QListWidget, QPlainTextEdit { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QListWidget { outline: none; padding: 0 6px; }
QListWidget::item { border-radius: 6px; padding: 0 6px; color: $text; border: 1px solid transparent; }
QListWidget::item:hover { background: $field; }
QListWidget::item:selected { background: $accent_soft; color: $text; }
QListWidget::item:selected:focus { border: 1px solid $accent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QTableView { background: $panel; alternate-background-color: $field; border: none; outline: none;
    border-top: 1px solid $border; selection-background-color: $accent_soft; selection-color: $text; }
QTableView::item { padding: 0 2px; border: none; }
QTableView::item:selected { background: $accent_soft; color: $text; }
QTableView::item:focus { border: 1px solid $accent; }
QHeaderView { background: $panel; border: none; }
QTreeWidget { background: $panel; alternate-background-color: $field; border: none; outline: none; color: $text; }
QTreeWidget::item:selected { background: $accent_soft; color: $text; }
QTreeWidget::indicator { width: 12px; height: 12px; border: 1px solid $muted; border-radius: 3px; background: $field; }
QTreeWidget::indicator:checked { border-color: $accent; background: $accent; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 3px 5px; font-size: ${small}px; font-weight: 600; }
QHeaderView::section:hover { color: $text; }
#drawer, #drawer QStackedWidget { background: $panel; }
#drawer::pane { border: none; background: $panel; }
#drawer QTabBar { background: $panel; }
#drawer QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 6px 11px; font-weight: 600; }
#drawer QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
#drawer QTabBar::tab:hover { color: $text; }
#drawer QTabBar::tab:focus { background: $accent_soft; }

#searchBar { background: $panel; border: 1px solid $border; border-radius: 8px; }
#searchCount { color: $muted; }
#searchCount[tone="bad"] { color: $problem; }
#replayTime { color: $muted; }
#replayBar QToolButton { padding: 2px 4px; }
#replayBar QComboBox { background: transparent; border-color: transparent; padding: 3px 22px 3px 8px; }
#replayBar QComboBox:hover { background: $accent_soft; }
#replayBar QComboBox:focus { border: 2px solid $accent; padding: 2px 21px 2px 7px; }

#codeView, #detail, #cure { font-size: ${code}px; }
#codeView { background: $field; border: 1px solid transparent; border-radius: 8px;
    selection-background-color: $accent; selection-color: $accent_text; }
#codeView:focus { border: 1px solid $accent; }
#detail { background: $field; border-radius: 8px; padding: 4px; }
#factLabel { color: $muted; }
#factText[tone="bad"] { color: $problem; font-weight: 600; }

#finding { border-radius: 8px; border: 1px solid $border; background: $panel; }
#finding[tone="bad"] { background: $problem_soft; border-color: $problem; }
#finding[tone="note"] { background: $note_soft; border-color: $note; }
#finding:focus { border-width: 2px; border-color: $accent; }
#findingTitle { font-weight: 600; }
#findingTitle[tone="bad"] { color: $problem; }
#findingTitle[tone="note"] { color: $note; }
#good { color: $good; }

#verdict { border-radius: 8px; border: 1px solid $border; background: $panel; }
#verdict[tone="bad"] { background: $problem_soft; border-color: $problem; }
#verdict[tone="good"] { background: $good_soft; border-color: $good; }
#verdictText { font-size: ${large}px; font-weight: 600; color: $text; }
#verdictText[tone="bad"] { color: $problem; }
#verdictText[tone="good"] { color: $good; }
#verdictBadge, #verdictHint { color: $muted; }

#prediction { border-radius: 8px; border: 1px solid $accent; background: $accent_soft; }
#prediction[tone="good"] { background: $good_soft; border-color: $good; }
#predictionText { font-weight: 600; color: $text; }
#predictionText[tone="good"] { color: $good; }
QPushButton#answer { text-align: left; background: $panel; padding: 3px 12px; }
QPushButton#answer:hover { border-color: $accent; }
QPushButton#answer:checked { background: $accent; color: $accent_text; border-color: $accent; font-weight: 600; }
QPushButton#answer:focus { border: 2px solid $accent; padding: 2px 11px; }
QPushButton#answer:checked:focus { border: 2px solid $text; }
#welcome, #welcomeBody { background: $background; }
#welcomeTitle { font-size: ${huge}px; font-weight: 600; }
#offerTitle { font-weight: 600; color: $text; }
QPushButton#offer { border-radius: 10px; border: 1px solid $line; background: $panel; text-align: left; padding: 0; }
QPushButton#offer:hover { border-color: $accent; background: $accent_soft; }
QPushButton#offer:focus { border: 2px solid $accent; padding: 0; }
#chanceText { font-weight: 600; color: $text; }
QProgressBar { background: $field; color: $text; border: 1px solid $border; border-radius: 6px; text-align: center;
    min-height: 18px; }
QProgressBar::chunk { background: $accent_soft; border-radius: 5px; }
#compareTitle { font-size: ${large}px; font-weight: 600; }
#comparePictures::handle { background: transparent; }
#comparePictures::handle:hover { background: $accent_soft; }
#compareVerdict { font-weight: 600; color: $text; }
#compareVerdict[tone="bad"] { color: $problem; }
#compareVerdict[tone="good"] { color: $good; }
#differenceCard { background: $accent_soft; border-radius: 8px; border: 1px solid $border; }

#message { background: $accent_soft; border: none; border-bottom: 1px solid $border; }
#message[tone="bad"] { background: $problem_soft; border-bottom: 1px solid $problem; }
#messageText { color: $text; }

#status { background: $panel; border-top: 1px solid $border; }
#status QLabel { color: $muted; }
#status #statusState { color: $text; font-weight: 600; }
#keys { color: $muted; }
"""
)


def field_colour(theme: Theme) -> str:
    """Return the background of fields and code, a little off that of panels."""
    return mix(theme.panel, theme.background, 0.8 if theme.name == "light" else 0.55)


def stylesheet_of(theme: Theme, text_px: int) -> str:
    """Return the stylesheet for a theme and a size of the text in pixels."""
    tokens = {name: getattr(theme, name) for name in theme.__dataclass_fields__}
    return _TEMPLATE.substitute(
        tokens,
        small=text_px - 2,
        code=text_px - 1,
        large=text_px + 5,
        huge=text_px + 13,
        pale=mix(theme.text, theme.panel, 0.6),
        line=mix(theme.border, theme.muted, 0.3),
        field=field_colour(theme),
        accent_hover=mix(theme.accent, theme.text, 0.18),
    )
